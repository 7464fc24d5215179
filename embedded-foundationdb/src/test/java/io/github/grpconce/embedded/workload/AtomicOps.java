package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Atomic operations that never conflict, each logged in its own transaction under a versionstamp:
 * the log, from its begin to its end, gives the value.
 */
final class AtomicOps implements Workload {
  private static final int COUNTERS = 4;
  private static final int MOST_OPERAND_BYTES = 6;
  private static final int STAMP_BYTES = 10;
  private static final int MOST_OPERATIONS = 3;
  private static final int ONE_LOOK_IN_STEPS = 200;

  private final Subspace values = new Subspace(Tuple.from("values"));
  private final Subspace logs = new Subspace(Tuple.from("logs"));

  @Override
  public void prepare(Database database) {
    // The counters are absent at first.
  }

  @Override
  public void step(Actor actor) {
    if (actor.any(ONE_LOOK_IN_STEPS) == 0) {
      check(actor.database());
      return;
    }
    long counter = actor.any(COUNTERS);
    try (Transaction tr = actor.database().createTransaction()) {
      int operations = 1 + actor.any(MOST_OPERATIONS);
      for (int i = 0; i < operations; i++) {
        operate(tr, actor, counter, i);
        actor.pause();
      }
      tr.commit().join();
    }
  }

  private void operate(Transaction tr, Actor actor, long counter, int order) {
    int operation = actor.any(AtomicModel.OPERATIONS.size());
    byte[] operand = actor.bytes(1 + actor.any(MOST_OPERAND_BYTES));
    tr.mutate(AtomicModel.OPERATIONS.get(operation), values.pack(counter), operand);
    tr.mutate(
        MutationType.SET_VERSIONSTAMPED_KEY,
        logKey(counter, order),
        Tuple.from(operation, operand).pack());
  }

  /** The counter's log, then the versionstamp, then the operation's place in its transaction. */
  private byte[] logKey(long counter, int order) {
    byte[] head = logs.pack(counter);
    return ByteBuffer.allocate(head.length + STAMP_BYTES + 1 + Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(head)
        .put(head.length + STAMP_BYTES, (byte) order)
        .putInt(head.length + STAMP_BYTES + 1, head.length)
        .array();
  }

  @Override
  public void check(Database database) {
    database.read(
        tr -> {
          for (long counter = 0; counter < COUNTERS; counter++) {
            check(tr, counter);
          }
          return null;
        });
  }

  private void check(ReadTransaction tr, long counter) {
    byte[] expected = null;
    int operations = 0;
    for (KeyValue entry : tr.getRange(logs.subspace(Tuple.from(counter)).range()).asList().join()) {
      Tuple logged = Tuple.fromBytes(entry.getValue());
      MutationType operation = AtomicModel.OPERATIONS.get((int) logged.getLong(0));
      expected = AtomicModel.apply(operation, expected, logged.getBytes(1));
      operations++;
    }
    byte[] value = tr.get(values.pack(counter)).join();
    if (!Arrays.equals(expected, value)) {
      throw new AssertionError(
          RowOperation.text(value)
              + " after "
              + operations
              + " operations, which give "
              + RowOperation.text(expected));
    }
  }
}
