package io.github.grpconce.internal.store;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Lets time pass without blocking anybody. */
@FunctionalInterface
public interface Delays {

  /** Returns what runs a task once, after this time. */
  Executor after(Duration delay);

  /** Completes after this time; cancelling it is enough to forget what was to follow. */
  default CompletableFuture<Void> pause(Duration delay) {
    return CompletableFuture.runAsync(() -> {}, after(delay));
  }

  /** The JDK's own timer, which all of a process share. */
  static Delays onSharedTimer(Executor executor) {
    return delay -> CompletableFuture.delayedExecutor(delay.toNanos(), NANOSECONDS, executor);
  }

  /** An application's timer; the tasks themselves run on the executor. */
  static Delays on(ScheduledExecutorService timer, Executor executor) {
    return delay ->
        task -> {
          var unused = timer.schedule(() -> executor.execute(task), delay.toNanos(), NANOSECONDS);
        };
  }
}
