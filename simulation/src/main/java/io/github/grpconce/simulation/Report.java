package io.github.grpconce.simulation;

import java.util.List;
import java.util.Map;

/**
 * What came of one run.
 *
 * @param hash of everything that happened, in order
 * @param findings what is wrong; nothing, if all is well
 * @param events how often what happened
 */
record Report(long seed, String hash, List<String> findings, Map<String, Long> events) {

  /** Returns what was found, and how to see it again. */
  @Override
  public String toString() {
    return "seed "
        + seed
        + ":\n  "
        + String.join("\n  ", findings)
        + "\n  again: java -jar simulation/target/simulation.jar --transcript --from "
        + seed
        + " --to "
        + seed;
  }
}
