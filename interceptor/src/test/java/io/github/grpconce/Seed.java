package io.github.grpconce;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The randomness of a test, which a run that failed can be repeated with. */
public final class Seed {

  private Seed() {}

  /** A generator with the seed of {@code -Dseed=…}, or with a new one; it is printed. */
  public static RandomGenerator random() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed + ": repeat with -Dseed=" + seed);
    return new SplittableRandom(seed);
  }
}
