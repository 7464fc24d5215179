package io.github.grpconce.embedded.defect;

import io.github.grpconce.embedded.conformance.Scenarios;
import io.github.grpconce.embedded.internal.log.CrashSimulation;
import io.github.grpconce.embedded.internal.log.SyncOrder;
import io.github.grpconce.embedded.rules.Rules;
import io.github.grpconce.embedded.workload.Workloads;
import java.util.Optional;
import java.util.function.Function;

/**
 * The checks of the engine by name, to be run on whatever engine this class was loaded with. A
 * check answers with what it found, or with nothing.
 *
 * <p>Public, with a public constructor, for {@link DefectiveEngine}, which loads it anew.
 */
public final class Suite implements Function<String, Optional<String>> {
  /** Cuts the power at every step of seeded histories. */
  static final String POWER_CUTS = "power cuts";

  /** Looks at the disk whenever a commit is acknowledged. */
  static final String SYNC_ORDER = "sync order";

  private static final String RECORDED = "recorded:";
  private static final String WORKLOAD = "workload:";
  private static final String RULE = "rule:";
  private static final long SEED = 1;
  private static final int STEPS = 400;
  private static final int CALLS = 200;

  /** Made by name, in another class loader. */
  public Suite() {}

  /** The check that replays all recorded answers of one kind. */
  static String recorded(String kind) {
    return RECORDED + kind;
  }

  /** The check that lets many threads do one thing at a time. */
  static String workload(Workloads workload) {
    return WORKLOAD + workload.name();
  }

  /** The check that holds random calls against a rule of the documentation. */
  static String rule(Rules rule) {
    return RULE + rule.name();
  }

  @Override
  public Optional<String> apply(String check) {
    if (check.startsWith(RULE)) {
      return Rules.valueOf(check.substring(RULE.length())).firstBreach(SEED, CALLS);
    }
    if (check.startsWith(WORKLOAD)) {
      return Workloads.valueOf(check.substring(WORKLOAD.length())).run(SEED, STEPS);
    }
    try {
      run(check);
      return Optional.empty();
    } catch (AssertionError found) {
      String cause = found.getCause() == null ? "" : ": " + found.getCause().getMessage();
      return Optional.of(found.getMessage() + cause);
    }
  }

  private static void run(String check) {
    if (check.startsWith(RECORDED)) {
      String file = check.substring(RECORDED.length()) + ".jsonl.gz";
      Scenarios.read(Scenarios.directory().resolve(file)).forEach(Scenarios::replay);
    } else if (check.equals(POWER_CUTS)) {
      CrashSimulation.cutPowerAtEveryStep(SEED);
    } else if (check.equals(SYNC_ORDER)) {
      SyncOrder.look(SEED);
    } else {
      throw new IllegalArgumentException("no check is called " + check);
    }
  }
}
