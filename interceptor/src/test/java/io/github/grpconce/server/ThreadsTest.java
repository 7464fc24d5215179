package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The threads that nobody has to shut down. */
class ThreadsTest {

  @Test
  void threads_keepNoProcessAlive() {
    CompletableFuture<Boolean> handler =
        CompletableFuture.supplyAsync(
            () -> Thread.currentThread().isDaemon(), Threads.forHandlers());
    CompletableFuture<Boolean> timer =
        CompletableFuture.supplyAsync(
            () -> Thread.currentThread().isDaemon(), Threads.forTimeLimits());

    assertTrue(handler.join());
    assertTrue(timer.join());
  }

  /** Most calls are answered long before their limits, which must not be kept until then. */
  @Test
  void limitThatIsTakenBack_isNotKept() {
    ScheduledExecutorService limits = Threads.forTimeLimits();

    limits.schedule(() -> {}, 1, TimeUnit.DAYS).cancel(false);

    assertEquals(List.of(), limits.shutdownNow());
  }
}
