package io.github.grpconce.teststore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A view between neighbours is what a whole database is. */
class PrefixedDatabaseTest {

  private static final byte[] PREFIX = {'m', 'e'};
  private static final byte[] END = {(byte) 0xff};
  private static final byte[] LAST_KEY = {(byte) 0xfe};
  private static final int LETTERS = 6;
  private static final int TRIES = 2_000;
  private static final int NOT_COMMITTED = 1020;

  private final long seed = Long.getLong("grpconce.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final Database shared = EmbeddedDatabase.inMemory();
  private final Database whole = EmbeddedDatabase.inMemory();
  private final Database view =
      new PrefixedDatabase(shared, new PrefixedKeys(PREFIX), () -> 0, () -> {});

  @BeforeEach
  void fill() {
    for (String neighbour : List.of("ma", "md", "md~", "mf", "mg", "z")) {
      write(shared, tr -> tr.set(neighbour.getBytes(US_ASCII), END));
    }
    for (int letter = 0; letter < LETTERS; letter += 2) {
      byte[] key = {(byte) letter};
      write(view, tr -> tr.set(key, key));
      write(whole, tr -> tr.set(key, key));
    }
  }

  @AfterEach
  void close() {
    view.close();
    whole.close();
  }

  @Test
  void selectors_leadToWhereTheyWouldInAWholeDatabase() {
    for (int i = 0; i < TRIES; i++) {
      KeySelector one = anySelector();
      KeySelector other = anySelector();
      int limit = random.nextInt(3);
      boolean reverse = random.nextBoolean();
      String tried = "seed " + seed + ": " + one + ", " + other + ", " + limit + ", " + reverse;
      try (Transaction here = view.createTransaction();
          Transaction there = whole.createTransaction()) {
        assertArrayEquals(there.getKey(one).join(), here.getKey(one).join(), tried);
        assertEquals(
            there.getRange(one, other, limit, reverse).asList().join(),
            here.getRange(one, other, limit, reverse).asList().join(),
            tried);
      }
    }
  }

  @Test
  void reads_conflictAsInAWholeDatabase() {
    for (int i = 0; i < TRIES; i++) {
      KeySelector one = anySelector();
      byte[] written = anyKey();
      assertEquals(
          conflicts(whole, tr -> tr.getKey(one).join(), written),
          conflicts(view, tr -> tr.getKey(one).join(), written),
          () -> "seed " + seed + ": " + one + ", " + ByteArrayUtil.printable(written));
    }
  }

  /** What neighbours do is nobody's business, whatever ran off the view's ends. */
  @Test
  void neighboursWrites_conflictWithNothing() {
    for (int offset : new int[] {-3, 0, 1, 9}) {
      try (Transaction tr = view.createTransaction()) {
        tr.getKey(new KeySelector(new byte[] {2}, false, offset)).join();
        tr.addWriteConflictKey(LAST_KEY);
        write(shared, other -> other.set("md~".getBytes(US_ASCII), PREFIX));
        write(shared, other -> other.set("mf".getBytes(US_ASCII), PREFIX));
        tr.commit().join();
      }
    }
  }

  @Test
  void stampedKey_standsBehindThePrefix_andAnOffsetThatDoesNotFitIsRefused() {
    byte[] stamped = new byte[1 + 10 + Integer.BYTES];
    stamped[0] = 'k';
    stamped[11] = 1; // the offset, little endian
    write(view, tr -> tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, stamped, END));

    List<KeyValue> rows =
        view.read(tr -> tr.getRange(new byte[] {'k'}, new byte[] {'l'}).asList().join());
    assertEquals(1, rows.size());
    assertEquals(11, rows.get(0).getKey().length);

    // Both would fit with the prefix before it.
    byte[] shortOne = new byte[9 + Integer.BYTES];
    byte[] negative = stamped.clone();
    Arrays.fill(negative, 11, 15, (byte) -1);
    for (byte[] key : List.of(shortOne, negative)) {
      Consumer<Transaction> stamping =
          tr -> tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, key, END);
      CompletionException refusal =
          assertThrows(CompletionException.class, () -> write(view, stamping));
      assertEquals(2000, ((FDBException) refusal.getCause()).getCode());
    }
  }

  @Test
  void everything_isClearedWithoutTheNeighbours() {
    write(view, tr -> tr.clear(new byte[0], END));

    assertEquals(6, shared.read(tr -> tr.getRange(new byte[0], END).asList().join()).size());
  }

  private boolean conflicts(Database database, Consumer<Transaction> read, byte[] written) {
    try (Transaction tr = database.createTransaction()) {
      read.accept(tr);
      tr.addWriteConflictKey(LAST_KEY);
      write(database, other -> other.addWriteConflictKey(written));
      tr.commit().join();
      return false;
    } catch (CompletionException failure) {
      assertEquals(NOT_COMMITTED, ((FDBException) failure.getCause()).getCode());
      return true;
    }
  }

  private KeySelector anySelector() {
    return new KeySelector(anyKey(), random.nextBoolean(), random.nextInt(11) - 5);
  }

  private byte[] anyKey() {
    int letter = random.nextInt(LETTERS + 1);
    return letter == LETTERS ? new byte[0] : new byte[] {(byte) letter};
  }

  private static void write(Database database, Consumer<Transaction> work) {
    database.run(
        tr -> {
          work.accept(tr);
          return null;
        });
  }
}
