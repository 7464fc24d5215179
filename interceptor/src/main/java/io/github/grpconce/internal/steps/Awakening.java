package io.github.grpconce.internal.steps;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Wakes somebody up, once: when a watch fires, or after a time, because watches may fail and may
 * miss a change. Thread-safe.
 */
final class Awakening {

  private final CompletableFuture<Void> watch;
  private final Runnable task;
  private final AtomicBoolean awake = new AtomicBoolean();

  Awakening(CompletableFuture<Void> watch, Runnable task) {
    this.watch = watch;
    this.task = task;
  }

  /** Begins to wait: for the shorter of two times at most. */
  void within(Duration one, Duration other, ScheduledExecutorService scheduler) {
    Duration longest = one.compareTo(other) < 0 ? one : other;
    Future<?> timer = scheduler.schedule(this::wake, longest.toNanos(), TimeUnit.NANOSECONDS);
    var unused =
        watch.whenComplete(
            (changed, failure) -> {
              if (failure == null) {
                timer.cancel(false);
                wake();
              }
            });
  }

  private void wake() {
    if (awake.compareAndSet(false, true)) {
      watch.cancel(true);
      task.run();
    }
  }
}
