package io.github.grpconce.embedded.internal.runtime;

import com.apple.foundationdb.async.Cancellable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The time by which the engine goes. Thread-safe. */
public interface Clock {
  /** Nanoseconds since an arbitrary instant; never decreasing. */
  long nanoTime();

  /**
   * Runs a short task that never blocks, once, after a delay.
   *
   * @return takes the task back if it has not begun
   */
  Cancellable schedule(Duration delay, Runnable task);

  /** Completes after a delay. */
  default CompletableFuture<Void> after(Duration delay) {
    CompletableFuture<Void> passed = new CompletableFuture<>();
    schedule(delay, () -> passed.complete(null));
    return passed;
  }
}
