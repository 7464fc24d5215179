package io.github.grpconce.embedded.internal.ryw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What ranges conflict with, whether they are read through the transaction's own writes or past
 * them: with every later write that would change the answer, and where it can be said exactly, with
 * nothing else.
 *
 * <p>{@code -Dgrpconce.seed=N} tries one seed.
 */
@StoreTest
class RangeConflictsTest {
  /** Each is tried with a write to every key, in a database of its own. */
  private static final int READS = TestStore.clusterFile().isPresent() ? 20 : 300;

  private static final int LETTERS = 6;
  private static final int NOT_COMMITTED = 1020;
  private static final byte[] MARK = {(byte) 0xfe};
  private static final byte[] OLD = {1};
  private static final byte[] NEW = {2};

  private final long seed = Long.getLong("grpconce.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  /** All letters, and the keys right behind them. */
  private final List<byte[]> probes =
      IntStream.range(0, LETTERS)
          .boxed()
          .flatMap(letter -> List.of(key(letter), Keys.after(key(letter))).stream())
          .toList();

  private record Read(
      KeySelector begin, KeySelector end, int limit, boolean reverse, boolean pastWrites) {
    List<KeyValue> in(Transaction tr) {
      if (pastWrites) {
        tr.options().setReadYourWritesDisable();
      }
      return tr.getRange(begin, end, limit, reverse, StreamingMode.WANT_ALL).asList().join();
    }
  }

  @Test
  void laterWriteThatWouldChangeTheAnswer_isAConflict() {
    for (int i = 0; i < READS; i++) {
      Read read =
          new Read(
              anySelector(),
              anySelector(),
              random.nextInt(4),
              random.nextBoolean(),
              random.nextBoolean());
      boolean[] filled = anyRows();
      for (byte[] probe : probes) {
        try (Database database = database(filled);
            Transaction tr = database.createTransaction()) {
          List<KeyValue> answer = read.in(tr);
          if (random.nextBoolean()) {
            set(database, probe, NEW);
          } else {
            clear(database, probe);
          }
          boolean changed = !answer.equals(answer(database, read));
          assertTrue(conflicts(tr) || !changed, () -> said(read, filled, probe));
        }
      }
    }
  }

  @Test
  void plainRange_conflictsWithAllOfIt_orAsFarAsItsLimitLetItRead() {
    for (int i = 0; i < READS; i++) {
      int[] keys = random.ints(2, 0, LETTERS).sorted().toArray();
      byte[] begin = key(keys[0]);
      byte[] end = key(keys[1]);
      Read read =
          new Read(
              KeySelector.firstGreaterOrEqual(begin),
              KeySelector.firstGreaterOrEqual(end),
              random.nextInt(4),
              random.nextBoolean(),
              random.nextBoolean());
      boolean[] filled = anyRows();
      for (byte[] probe : probes) {
        try (Database database = database(filled);
            Transaction tr = database.createTransaction()) {
          KeyRange extent = extent(begin, end, read, read.in(tr));
          set(database, probe, NEW);
          boolean inside = !Keys.less(probe, extent.begin()) && Keys.less(probe, extent.end());
          assertEquals(inside, conflicts(tr), () -> said(read, filled, probe));
        }
      }
    }
  }

  /** What its begin ran into is no concern of an end that only looks back. */
  @Test
  void rangeWhoseBeginRanOffTheEnd_conflictsNoFurtherThanItsEnd() {
    KeySelector begin = new KeySelector(new byte[0], false, 5);
    KeySelector end = new KeySelector(MARK, true, 0);
    for (byte[] probe : List.of(key(4), new byte[] {MARK[0], 1})) {
      try (Database database = database(new boolean[] {true, true, true, false, false, false});
          Transaction tr = database.createTransaction()) {
        KeySelector known = new KeySelector(key(2), true, -2);
        KeySelector upTo = KeySelector.firstGreaterOrEqual(Keys.after(key(2)));
        assertEquals(3, tr.snapshot().getRange(known, upTo).asList().join().size());
        assertTrue(tr.getRange(begin, end, 0, true).asList().join().isEmpty());
        set(database, probe, NEW);
        assertEquals(Keys.less(probe, MARK), conflicts(tr));
      }
    }
  }

  private static KeyRange extent(byte[] begin, byte[] end, Read read, List<KeyValue> rows) {
    if (read.limit() == 0 || rows.size() < read.limit()) {
      return new KeyRange(begin, end);
    }
    byte[] last = rows.get(rows.size() - 1).getKey();
    return read.reverse() ? new KeyRange(last, end) : new KeyRange(begin, Keys.after(last));
  }

  private String said(Read read, boolean[] filled, byte[] probe) {
    return "seed "
        + seed
        + ": "
        + read
        + " of "
        + Arrays.toString(filled)
        + ", then a write to "
        + Arrays.toString(probe);
  }

  private static List<KeyValue> answer(Database database, Read read) {
    try (Transaction tr = database.createTransaction()) {
      return read.in(tr);
    }
  }

  private static Database database(boolean[] filled) {
    VirtualTime time = new VirtualTime();
    Database database =
        TestStore.open(
            () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(), () -> 0);
    for (int letter = 0; letter < LETTERS; letter++) {
      if (filled[letter]) {
        set(database, key(letter), OLD);
      }
    }
    return database;
  }

  private static void set(Database database, byte[] key, byte[] value) {
    try (Transaction tr = database.createTransaction()) {
      tr.set(key, value);
      tr.commit().join();
    }
  }

  private static void clear(Database database, byte[] key) {
    try (Transaction tr = database.createTransaction()) {
      tr.clear(key);
      tr.commit().join();
    }
  }

  private static boolean conflicts(Transaction tr) {
    tr.addWriteConflictKey(MARK); // else there would be nothing to commit
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

  private boolean[] anyRows() {
    boolean[] filled = new boolean[LETTERS];
    for (int letter = 0; letter < LETTERS; letter++) {
      filled[letter] = random.nextBoolean();
    }
    return filled;
  }

  private KeySelector anySelector() {
    return new KeySelector(
        key(random.nextInt(LETTERS)), random.nextBoolean(), random.nextInt(6) - 2);
  }

  private static byte[] key(int letter) {
    return new byte[] {(byte) ('a' + letter)};
  }
}
