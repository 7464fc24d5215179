package io.github.grpconce.internal.retention;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a sweeper waits for its next round: its pause, or less after a failure, doubled with
 * every further one. Spread by a quarter either way, so that the sweepers of servers that started
 * together don't go on meeting.
 */
public final class BackOff {

  private static final Duration FIRST = Duration.ofSeconds(1);

  /** Doubled so often, one second is twelve days: longer than any pause. */
  private static final int MOST_DOUBLINGS = 20;

  private final Duration pause;
  private final RandomGenerator random;

  public BackOff(Duration pause, RandomGenerator random) {
    this.pause = pause;
    this.random = random;
  }

  /**
   * Returns the time to wait.
   *
   * @param failures how many rounds have failed since the last that succeeded
   */
  public Duration after(int failures) {
    if (failures == 0) {
      return spread(pause);
    }
    Duration doubled = FIRST.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    return spread(doubled.compareTo(pause) < 0 ? doubled : pause);
  }

  private Duration spread(Duration duration) {
    return Duration.ofNanos((long) (duration.toNanos() * random.nextDouble(0.75, 1.25)));
  }
}
