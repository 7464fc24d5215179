package io.github.grpconce.embedded.rules;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.TestStore;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A transaction writes and reads, another one writes a key, and then the first one commits. Can be
 * done again and again: everything but the key is the same.
 */
final class Experiment {
  private static final int NOT_COMMITTED = 1020;
  private static final int LETTERS = 8;
  private static final byte[] MARK = {(byte) 0xfe};

  /** Keys that can be there or be read, and those right behind them. */
  static final List<byte[]> PROBES =
      Stream.iterate(0, letter -> letter < LETTERS, letter -> letter + 1)
          .flatMap(letter -> Stream.of(key(letter), ConflictExtents.after(key(letter))))
          .toList();

  private final long seed;

  Experiment(long seed) {
    this.seed = seed;
  }

  /** What came out. */
  record Outcome<T>(T answer, OwnWrites writes, boolean conflict) {}

  static byte[] anyKey(SplittableRandom random) {
    return key(random.nextInt(LETTERS));
  }

  private static byte[] key(int letter) {
    return new byte[] {(byte) ('a' + letter)};
  }

  <T> Outcome<T> run(Function<Transaction, T> read, byte[] writtenMeanwhile) {
    SplittableRandom same = new SplittableRandom(seed);
    VirtualTime time = new VirtualTime();
    try (Database database =
            TestStore.open(
                () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
                () -> 0);
        Transaction tr = filled(database, same).createTransaction()) {
      tr.getReadVersion().join();
      OwnWrites writes = OwnWrites.anyOf(tr, same);
      T answer = read.apply(tr);
      tr.addWriteConflictKey(MARK); // else there would be nothing to commit
      set(database, writtenMeanwhile);
      return new Outcome<>(answer, writes, conflicts(tr));
    }
  }

  private static Database filled(Database database, SplittableRandom random) {
    for (int letter = 0; letter < LETTERS; letter++) {
      if (random.nextBoolean()) {
        set(database, key(letter));
      }
    }
    return database;
  }

  private static void set(Database database, byte[] key) {
    try (Transaction tr = database.createTransaction()) {
      tr.set(key, new byte[] {2});
      tr.commit().join();
    }
  }

  private static boolean conflicts(Transaction tr) {
    try {
      tr.commit().join();
      return false;
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof FDBException known && known.getCode() == NOT_COMMITTED) {
        return true;
      }
      throw failure;
    }
  }
}
