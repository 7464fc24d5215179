package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class SystemTimelineTest {
  @Test
  void time_isThatOfTheMachine() {
    try (SystemTimeline timeline = new SystemTimeline()) {
      long before = System.nanoTime();
      long now = timeline.nanoTime();
      assertTrue(now - before >= 0);
      assertTrue(System.nanoTime() - now >= 0);
    }
  }

  @Test
  void task_runsUnlessItIsCancelled() {
    try (SystemTimeline timeline = new SystemTimeline()) {
      CompletableFuture<Void> cancelled = new CompletableFuture<>();
      timeline.schedule(Duration.ofHours(1), () -> cancelled.complete(null)).cancel();
      CompletableFuture<Void> done = new CompletableFuture<>();
      timeline.schedule(Duration.ofMillis(1), () -> done.complete(null));
      done.join();
      assertFalse(cancelled.isDone());
    }
  }

  @Test
  void thread_keepsNoProcessFromEnding() {
    try (SystemTimeline timeline = new SystemTimeline()) {
      CompletableFuture<Boolean> daemon = new CompletableFuture<>();
      timeline.schedule(Duration.ZERO, () -> daemon.complete(Thread.currentThread().isDaemon()));
      assertTrue(daemon.join());
    }
  }
}
