package io.github.grpconce.embedded;

import com.apple.foundationdb.async.Cancellable;
import java.time.Duration;

/**
 * The time by which an {@link EmbeddedDatabase} measures ages, timeouts and back-offs, and by which
 * its versions tick. Implementations are thread-safe.
 *
 * <p>{@link VirtualTime} is the one for tests.
 */
public interface Timeline {
  /** Nanoseconds since an arbitrary instant; never decreasing. */
  long nanoTime();

  /**
   * Runs a short task that never blocks, once, after a delay.
   *
   * @return takes the task back if it has not begun
   */
  Cancellable schedule(Duration delay, Runnable task);
}
