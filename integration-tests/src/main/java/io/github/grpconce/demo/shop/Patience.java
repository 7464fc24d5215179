package io.github.grpconce.demo.shop;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a shopper waits for an answer and between tries: each pause is a random part, at least
 * half, of twice the one before, so that shoppers who failed together don't come back together.
 *
 * @param tries how often a purchase is tried at most
 * @param deadline how long one try may take
 * @param firstPause the pause after the first try, at most
 * @param longestPause upper bound of all pauses
 */
public record Patience(int tries, Duration deadline, Duration firstPause, Duration longestPause) {

  private static final int MOST_DOUBLINGS = 20;

  /** About a minute: far longer than a killed service takes to come back. */
  public static final Patience OF_A_MINUTE =
      new Patience(80, Duration.ofSeconds(10), Duration.ofMillis(25), Duration.ofSeconds(1));

  Duration pauseAfter(int tries, RandomGenerator random) {
    Duration doubled = firstPause.multipliedBy(1L << Math.min(tries - 1, MOST_DOUBLINGS));
    Duration longest = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
    return Duration.ofNanos(random.nextLong(longest.toNanos() / 2, longest.toNanos()));
  }
}
