package io.github.grpconce.embedded.internal.transaction;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.internal.runtime.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a transaction may take, from its creation on: a retry does not begin it anew. Guarded by
 * its {@link TransactionCore}'s lock.
 */
final class TimeLimit {
  private final Clock clock;
  private final long createdNanos;
  private final Runnable onTimeout;
  private Duration limit = Duration.ZERO;
  private @Nullable Cancellable timer;

  TimeLimit(Clock clock, Runnable onTimeout) {
    this.clock = clock;
    this.createdNanos = clock.nanoTime();
    this.onTimeout = onTimeout;
  }

  /** Puts a limit in the place of the one before; zero is none. */
  void set(Duration timeout) {
    lift();
    limit = timeout;
    if (!timeout.isZero()) {
      timer = clock.schedule(timeout.minus(passed()), onTimeout);
    }
  }

  private Duration passed() {
    return Duration.ofNanos(clock.nanoTime() - createdNanos);
  }

  /** Whether so much time has passed already, even if the timer has yet to notice. */
  boolean isOver() {
    return !limit.isZero() && passed().compareTo(limit) >= 0;
  }

  void lift() {
    limit = Duration.ZERO;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
