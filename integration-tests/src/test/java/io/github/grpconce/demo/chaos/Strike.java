package io.github.grpconce.demo.chaos;

import java.time.Duration;
import java.util.Locale;

/**
 * One trouble at one target.
 *
 * @param at when it begins, after the beginning of the run
 * @param copy which of the target's processes it befalls, or of a cluster's with that role
 * @param length how long it lasts
 */
record Strike(Duration at, Target target, int copy, Trouble trouble, Duration length) {

  private static final double MILLIS_PER_SECOND = 1_000;

  Duration end() {
    return at.plus(length);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "at %6.2f s  %s %s for %.2f s",
        seconds(at),
        target.isService() || target == Target.CLUSTER ? target + " " + copy : target,
        trouble,
        seconds(length));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / MILLIS_PER_SECOND;
  }
}
