package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;

/**
 * Nodes that each name the next one, in one cycle. A step turns a, b, c, d into a, c, b, d: where
 * two that overlap both commit, the cycle falls apart.
 */
final class Cycle implements Workload {
  private static final int NODES = 12;
  private static final int ONE_LOOK_IN_STEPS = 10;

  private final Subspace nodes = new Subspace(Tuple.from("cycle"));

  @Override
  public void prepare(Database database) {
    database.run(
        tr -> {
          for (int i = 0; i < NODES; i++) {
            tr.set(nodes.pack(i), Numbers.bytes((i + 1) % NODES));
          }
          return null;
        });
  }

  @Override
  public void step(Actor actor) {
    if (actor.any(ONE_LOOK_IN_STEPS) == 0) {
      check(actor.database());
      return;
    }
    long a = actor.any(NODES);
    actor
        .database()
        .run(
            tr -> {
              long b = next(tr, a);
              actor.pause();
              long c = next(tr, b);
              actor.pause();
              long d = next(tr, c);
              tr.set(nodes.pack(a), Numbers.bytes(c));
              tr.set(nodes.pack(c), Numbers.bytes(b));
              tr.set(nodes.pack(b), Numbers.bytes(d));
              return null;
            });
  }

  @Override
  public void check(Database database) {
    int length = database.read(this::length);
    if (length != NODES) {
      throw new AssertionError("a cycle of " + length + " nodes, not " + NODES);
    }
  }

  /** The steps from node 0 back to it; one more than there are nodes if it is never reached. */
  private int length(ReadTransaction tr) {
    int length = 0;
    long node = 0;
    do {
      node = next(tr, node);
      length++;
    } while (node != 0 && length <= NODES);
    return length;
  }

  private long next(ReadTransaction tr, long node) {
    return Numbers.get(tr, nodes.pack(node));
  }
}
