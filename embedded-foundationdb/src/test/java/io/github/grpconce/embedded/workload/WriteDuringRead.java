package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;

/**
 * What a transaction reads, in the midst of its own writes, is what a sorted map gives that began
 * with the database at the read version; and if it commits, that map is the database at its commit
 * version.
 */
final class WriteDuringRead implements Workload {
  private static final int MOST_OPERATIONS = 30;

  private final Subspace rows = new Subspace(Tuple.from("rows"));

  @Override
  public void prepare(Database database) {
    // There are no rows at first.
  }

  @Override
  public void step(Actor actor) {
    RandomOperations operations = new RandomOperations(rows, actor.random());
    try (Transaction tr = actor.database().createTransaction()) {
      RowModel model = at(actor.database(), tr.getReadVersion().join());
      tr.addReadConflictRange(rows.range().begin, rows.range().end);
      for (int left = actor.any(MOST_OPERATIONS); left >= 0; left--) {
        RowOperation operation = operations.next();
        compare(operation, operation.on(tr), operation.on(model));
        actor.pause();
      }
      tr.addWriteConflictKey(rows.pack("commits even if it only read"));
      if (Actor.commits(tr)) {
        RowModel left = at(actor.database(), tr.getCommittedVersion());
        compare("the commit", left.toString(), model.toString());
      }
    }
  }

  private RowModel at(Database database, long version) {
    try (Transaction tr = database.createTransaction()) {
      tr.setReadVersion(version);
      return new RowModel(tr.getRange(rows.range()).asList().join());
    }
  }

  private static void compare(Object what, String got, String expected) {
    if (!got.equals(expected)) {
      throw new AssertionError(what + " gave " + got + ", not " + expected);
    }
  }

  @Override
  public void check(Database database) {
    // Every step has looked for itself.
  }
}
