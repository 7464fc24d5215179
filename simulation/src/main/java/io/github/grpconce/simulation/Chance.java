package io.github.grpconce.simulation;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** All chance of a run, drawn from its seed. Not thread-safe: a run has one thread. */
final class Chance implements RandomGenerator {

  private final SplittableRandom random;

  Chance(long seed) {
    this(new SplittableRandom(seed));
  }

  private Chance(SplittableRandom random) {
    this.random = random;
  }

  /** Another source, so that more draws here don't change what is drawn there. */
  Chance split() {
    return new Chance(random.split());
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }

  /** Returns true with this probability. */
  boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** Returns a duration from zero up to this one. */
  Duration upTo(Duration longest) {
    return Duration.ofNanos(random.nextLong(longest.toNanos() + 1));
  }

  Duration between(Duration shortest, Duration longest) {
    return shortest.plus(upTo(longest.minus(shortest)));
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
