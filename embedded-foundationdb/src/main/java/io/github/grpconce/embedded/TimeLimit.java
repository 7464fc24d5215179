package io.github.grpconce.embedded;

import com.apple.foundationdb.async.Cancellable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a transaction may take, from its creation on: a retry does not begin it anew. Guarded by
 * its {@link TransactionCore}'s lock.
 */
final class TimeLimit {
  private final Timeline timeline;
  private final long createdNanos;
  private final Runnable onTimeout;
  private @Nullable Cancellable timer;

  TimeLimit(Timeline timeline, Runnable onTimeout) {
    this.timeline = timeline;
    this.createdNanos = timeline.nanoTime();
    this.onTimeout = onTimeout;
  }

  /** Puts a limit in the place of the one before; zero is none. */
  void set(Duration timeout) {
    lift();
    if (!timeout.isZero()) {
      Duration passed = Duration.ofNanos(timeline.nanoTime() - createdNanos);
      timer = timeline.schedule(timeout.minus(passed), onTimeout);
    }
  }

  void lift() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
