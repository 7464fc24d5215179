package io.github.grpconce.simulation;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import io.github.grpconce.simulation.audit.Check;
import io.github.grpconce.simulation.audit.Finding;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What came of one run.
 *
 * @param hash of everything that happened, in order
 * @param findings what is wrong; nothing, if all is well
 * @param events how often what happened
 */
public record Report(long seed, String hash, List<Finding> findings, Map<String, Long> events) {

  /** Returns which checks have found something. */
  Set<Check> checks() {
    return findings.stream()
        .map(Finding::check)
        .collect(toCollection(() -> EnumSet.noneOf(Check.class)));
  }

  /** Returns what was found, and how to see it again. */
  @Override
  public String toString() {
    return "seed "
        + seed
        + ":\n  "
        + findings.stream().map(Finding::toString).collect(joining("\n  "))
        + "\n  again: java -jar simulation/target/simulation.jar --transcript --from "
        + seed
        + " --to "
        + seed;
  }
}
