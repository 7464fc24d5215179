package io.github.grpconce.simulation.defect;

import static java.util.stream.Collectors.joining;

import io.github.grpconce.simulation.Simulation;
import java.util.stream.LongStream;

/** Prints what happens in some runs, to compare it with what happens in another process. */
public final class Hashes {

  private static final long SEEDS = 10;

  private Hashes() {}

  public static void main(String... args) {
    System.out.println(ofSomeSeeds());
  }

  public static String ofSomeSeeds() {
    return LongStream.rangeClosed(1, SEEDS)
        .mapToObj(seed -> Simulation.run(seed, Defect.NONE, line -> {}).hash())
        .collect(joining(" "));
  }
}
