package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.teststore.TestStore;
import java.time.Duration;
import java.util.Optional;

/** The workloads, each with what goes wrong in its database. */
public enum Workloads {
  CYCLE,
  CONFLICT_RANGE,
  SERIALIZABILITY,
  WRITE_DURING_READ,
  ATOMIC_OPS,
  BANK,
  /** With errors of every kind that leaves open whether a transfer was made. */
  BANK_WITH_UNKNOWN_COMMITS;

  private static final int ACTORS = 8;
  private static final int TRANSACTION_TOO_OLD = 1007;
  private static final double OFTEN = 0.05;
  private static final double SELDOM = 0.005;

  /**
   * Runs it on a new database in memory.
   *
   * @param steps of each actor
   * @return what was wrong, or nothing
   */
  public Optional<String> run(long seed, int steps) {
    FaultPlan faults = FaultPlan.seeded(seed);
    try (Database database =
        TestStore.open(() -> EmbeddedDatabase.newBuilder().faultPlan(faults).build())) {
      Workload workload = workload();
      workload.prepare(database);
      if (this == BANK_WITH_UNKNOWN_COMMITS) {
        leaveCommitsUnknown(faults);
      }
      return new WorkloadRun(workload, ACTORS, steps, seed).on(database);
    }
  }

  private Workload workload() {
    return switch (this) {
      case CYCLE -> new Cycle();
      case CONFLICT_RANGE -> new ConflictRange();
      case SERIALIZABILITY -> new Serializability();
      case WRITE_DURING_READ -> new WriteDuringRead();
      case ATOMIC_OPS -> new AtomicOps();
      case BANK, BANK_WITH_UNKNOWN_COMMITS -> new Bank();
    };
  }

  private static void leaveCommitsUnknown(FaultPlan faults) {
    faults
        .at(FaultPlan.Step.COMMIT)
        .probability(OFTEN)
        .inject(Fault.unknownResultLanded())
        .at(FaultPlan.Step.COMMIT)
        .probability(OFTEN)
        .inject(Fault.unknownResultDropped())
        .at(FaultPlan.Step.COMMIT)
        .probability(OFTEN)
        .inject(Fault.landsLater(Bank.CLUSTER_VERSION_CHANGED, Duration.ofMillis(1)))
        .at(FaultPlan.Step.READ)
        .probability(SELDOM)
        .inject(Fault.error(TRANSACTION_TOO_OLD));
  }
}
