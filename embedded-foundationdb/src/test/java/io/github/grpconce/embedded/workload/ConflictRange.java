package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.apple.foundationdb.tuple.Tuple;

/**
 * A transaction that read something and commits without a conflict would read the same at its
 * commit version: nobody changed it meanwhile.
 */
final class ConflictRange implements Workload {
  private static final int KEYS = 40;
  private static final int MOST_WRITES = 4;
  private static final int MOST_OFFSET = 3;
  private static final int MOST_ROWS = 5;

  private final Subspace rows = new Subspace(Tuple.from("rows"));
  private final Subspace marks = new Subspace(Tuple.from("marks"));

  /** A read, to be done again later. */
  private interface Read {
    String of(ReadTransaction tr);
  }

  @Override
  public void prepare(Database database) {
    database.run(
        tr -> {
          for (int i = 0; i < KEYS; i += 2) {
            tr.set(rows.pack(i), Numbers.bytes(i));
          }
          return null;
        });
  }

  @Override
  public void step(Actor actor) {
    if (actor.random().nextBoolean()) {
      change(actor);
    } else {
      readTwice(actor);
    }
  }

  private void change(Actor actor) {
    int writes = 1 + actor.any(MOST_WRITES);
    actor
        .database()
        .run(
            tr -> {
              for (int i = 0; i < writes; i++) {
                write(tr, actor);
              }
              return null;
            });
  }

  private void write(Transaction tr, Actor actor) {
    byte[] key = anyKey(actor);
    switch (actor.any(3)) {
      case 0 -> tr.clear(key);
      case 1 -> tr.clear(key, anyEndBehind(key, actor));
      default -> tr.set(key, actor.bytes(3));
    }
  }

  private byte[] anyEndBehind(byte[] key, Actor actor) {
    byte[] other = anyKey(actor);
    return ByteArrayUtil.compareUnsigned(key, other) < 0 ? other : key;
  }

  private byte[] anyKey(Actor actor) {
    return rows.pack(actor.any(KEYS));
  }

  private void readTwice(Actor actor) {
    Read read = anyRead(actor);
    String before;
    long version;
    try (Transaction tr = actor.database().createTransaction()) {
      before = read.of(tr);
      actor.pause();
      tr.addWriteConflictKey(marks.pack(actor.index())); // else it would not be committed
      actor.pause();
      if (!Actor.commits(tr)) {
        return;
      }
      version = tr.getCommittedVersion();
    }
    try (Transaction tr = actor.database().createTransaction()) {
      // On a cluster, commits of one batch have one version, and some of them come after this one.
      tr.setReadVersion(version - 1);
      String after = read.of(tr);
      if (!before.equals(after)) {
        throw new AssertionError("no conflict, but " + before + " became " + after);
      }
    }
  }

  private Read anyRead(Actor actor) {
    KeySelector one = anySelector(actor);
    KeySelector other = anySelector(actor);
    int limit = actor.any(MOST_ROWS);
    boolean reverse = actor.random().nextBoolean();
    return switch (actor.any(3)) {
      case 0 -> tr -> RowOperation.text(tr.get(one.getKey()).join());
      case 1 -> tr -> RowOperation.text(tr.getKey(one).join());
      default ->
          tr ->
              RowOperation.text(
                  tr.getRange(one, other, limit, reverse, StreamingMode.WANT_ALL).asList().join());
    };
  }

  private KeySelector anySelector(Actor actor) {
    int offset = actor.any(2 * MOST_OFFSET + 1) - MOST_OFFSET;
    return new KeySelector(anyKey(actor), actor.random().nextBoolean(), offset);
  }

  @Override
  public void check(Database database) {
    // Every step has looked for itself.
  }
}
