package io.github.grpconce.embedded;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import java.util.SplittableRandom;

/** A database in virtual time, whose faults are planned. */
abstract class PlannedFaults {
  static final byte[] KEY = {0};
  static final byte[] ONE = {1};
  static final byte[] TWO = {2};

  final VirtualTime time = new VirtualTime();
  final FaultPlan plan = FaultPlan.seeded(1);
  final Database db =
      EmbeddedDatabase.newBuilder()
          .timeline(time)
          .executor(time)
          .random(new SplittableRandom(1))
          .faultPlan(plan)
          .build();

  /** A transaction that is still to be committed. */
  final Transaction writing(byte[] value) {
    Transaction tr = db.createTransaction();
    tr.set(KEY, value);
    return tr;
  }
}
