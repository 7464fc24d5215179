package io.github.grpconce.embedded.internal.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is full says so, loses nothing, and can be emptied. */
class CapacityTest {
  private static final int ROW = Capacity.ROW_OVERHEAD_BYTES;
  private static final byte[] A = bytes("a");
  private static final byte[] B = bytes("b");
  private static final byte[] TEN = bytes("0123456789");

  @TempDir Path directory;

  @Test
  void commitThatFillsIt_isTakenAndOneByteMoreIsRefused() {
    try (Database database = holding(ROW + A.length + TEN.length)) {
      assertFull(database, tr -> tr.set(A, bytes("0123456789+")));
      write(database, tr -> tr.set(A, TEN));
      assertFull(database, tr -> tr.set(B, new byte[0]));
      assertFull(database, tr -> tr.mutate(MutationType.APPEND_IF_FITS, A, new byte[1]));
      assertArrayEquals(TEN, get(database, A));
      assertNull(get(database, B));
    }
  }

  @Test
  void refusal_saysWhatIsWrongAndWhatToDo() {
    try (Database database = holding(1_000_000)) {
      write(database, tr -> tr.set(A, new byte[90_000]));
      FDBException refusal =
          assertFull(
              database,
              tr -> {
                for (int i = 0; i < 11; i++) {
                  tr.set(new byte[] {(byte) i}, new byte[90_000]);
                }
              });
      String message = refusal.getMessage();
      assertTrue(
          message.startsWith("The embedded database is full: it holds 90,073 bytes"), message);
      assertTrue(message.contains("the limit is 1,000,000. Nothing was committed."), message);
      assertTrue(message.contains("Clear something, or set maxStoredBytes"), message);
    }
  }

  @Test
  void fullDatabase_takesClearsAndThenWritesAgain() {
    try (Database database = holding(2L * (ROW + A.length + TEN.length))) {
      write(
          database,
          tr -> {
            tr.set(A, TEN);
            tr.set(B, TEN);
          });
      assertFull(database, tr -> tr.set(bytes("c"), TEN));
      write(database, tr -> tr.set(B, bytes("9876543210")));
      write(
          database,
          tr -> {
            tr.set(bytes("c"), TEN);
            tr.clear(A, B);
          });
      write(database, tr -> tr.clear(A, bytes("z")));
      write(
          database,
          tr -> {
            tr.set(A, TEN);
            tr.set(B, TEN);
          });
      assertFull(database, tr -> tr.set(bytes("c"), TEN));
    }
  }

  @Test
  void refusedCommit_conflictsWithNobody() {
    try (Database database = holding(ROW + A.length)) {
      Transaction reader = database.createTransaction();
      reader.get(A).join();
      assertFull(database, tr -> tr.set(A, TEN));
      reader.set(A, new byte[0]);
      assertDoesNotThrow(() -> reader.commit().join());
      reader.close();
    }
  }

  @Test
  void directoryThatHoldsMore_isOpenedReadAndEmptied() {
    try (Database database = EmbeddedDatabase.open(directory)) {
      write(database, tr -> tr.set(A, TEN));
      write(database, tr -> tr.set(B, TEN));
    }
    try (Database database =
        EmbeddedDatabase.newBuilder().directory(directory).maxStoredBytes(10).build()) {
      assertArrayEquals(TEN, get(database, A));
      assertFull(database, tr -> tr.set(bytes("c"), TEN));
      write(database, tr -> tr.set(A, bytes("9876543210")));
      write(database, tr -> tr.clear(A));
    }
    try (Database database = EmbeddedDatabase.open(directory)) {
      assertNull(get(database, A));
      assertArrayEquals(TEN, get(database, B));
    }
  }

  @Test
  void negativeLimit_isRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> EmbeddedDatabase.newBuilder().maxStoredBytes(-1));
    try (Database nothing = holding(0)) {
      assertFull(nothing, tr -> tr.set(new byte[0], new byte[0]));
    }
  }

  @Test
  void growth_addsUpToWhatIsThere() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    SortedTree<byte[]> rows = SortedTree.empty();
    long sum = 0;
    for (int i = 0; i < 20_000; i++) {
      Mutation change = anyChange(random);
      sum += Capacity.growth(change, rows);
      rows = change.applyTo(rows);
    }
    assertEquals(new Capacity(0, rows).usedBytes(), sum, "seed " + seed);
  }

  private static Mutation anyChange(Random random) {
    byte[] key = bytes(Integer.toString(random.nextInt(1_000)));
    return random.nextInt(20) == 0
        ? Mutation.clear(key, bytes(Integer.toString(random.nextInt(1_000))))
        : new Mutation(Operation.SET, key, new byte[random.nextInt(50)]);
  }

  private static Database holding(long bytes) {
    return EmbeddedDatabase.newBuilder().maxStoredBytes(bytes).build();
  }

  private static void write(Database database, Consumer<Transaction> writes) {
    database.run(
        tr -> {
          writes.accept(tr);
          return null;
        });
  }

  private static FDBException assertFull(Database database, Consumer<Transaction> writes) {
    CompletionException failure =
        assertThrows(CompletionException.class, () -> write(database, writes));
    FDBException refusal = (FDBException) failure.getCause();
    assertEquals(1501, refusal.getCode(), refusal.getMessage());
    return refusal;
  }

  private static byte[] get(Database database, byte[] key) {
    return database.read(tr -> tr.get(key).join());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}
