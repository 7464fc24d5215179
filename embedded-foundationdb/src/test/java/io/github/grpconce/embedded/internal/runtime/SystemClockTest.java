package io.github.grpconce.embedded.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class SystemClockTest {
  @Test
  void time_isThatOfTheMachine() {
    try (SystemClock clock = new SystemClock()) {
      long before = System.nanoTime();
      long now = clock.nanoTime();
      assertTrue(now - before >= 0);
      assertTrue(System.nanoTime() - now >= 0);
    }
  }

  @Test
  void task_runsUnlessItIsCancelled() {
    try (SystemClock clock = new SystemClock()) {
      CompletableFuture<Void> cancelled = new CompletableFuture<>();
      clock.schedule(Duration.ofHours(1), () -> cancelled.complete(null)).cancel();
      CompletableFuture<Void> done = new CompletableFuture<>();
      clock.schedule(Duration.ofMillis(1), () -> done.complete(null));
      done.join();
      assertFalse(cancelled.isDone());
    }
  }

  @Test
  void thread_keepsNoProcessFromEnding() {
    try (SystemClock clock = new SystemClock()) {
      CompletableFuture<Boolean> daemon = new CompletableFuture<>();
      clock.schedule(Duration.ZERO, () -> daemon.complete(Thread.currentThread().isDaemon()));
      assertTrue(daemon.join());
    }
  }
}
