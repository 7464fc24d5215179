package io.github.grpconce.simulation.world;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** All chance of a run, drawn from its seed. Not thread-safe: a run has one thread. */
public final class Chance implements RandomGenerator {

  private final SplittableRandom random;

  Chance(long seed) {
    this(new SplittableRandom(seed));
  }

  private Chance(SplittableRandom random) {
    this.random = random;
  }

  /** Another source, so that more draws here don't change what is drawn there. */
  public Chance split() {
    return new Chance(random.split());
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }

  /** Returns true with this probability. */
  public boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** Returns a duration from zero up to this one. */
  public Duration upTo(Duration longest) {
    return Duration.ofNanos(random.nextLong(longest.toNanos() + 1));
  }

  public Duration between(Duration shortest, Duration longest) {
    return shortest.plus(upTo(longest.minus(shortest)));
  }

  public <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
