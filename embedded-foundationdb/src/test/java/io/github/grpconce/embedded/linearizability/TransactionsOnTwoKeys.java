package io.github.grpconce.embedded.linearizability;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.TestStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jspecify.annotations.Nullable;

/**
 * The operations that Lincheck runs, each a transaction: on one key, and on two at a time, which
 * asks for more than that each key by itself is linearizable. Public, as Lincheck makes it.
 *
 * <p>Values are numbers of two bytes; some sums carry from the one to the other.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:1")
@Param(name = "value", gen = IntGen.class, conf = "0:2")
@Param(name = "amount", gen = IntGen.class, conf = "150:152")
public class TransactionsOnTwoKeys {
  private static final int NOT_COMMITTED = 1020;

  private final Subspace keys = new Subspace(Tuple.from("keys"));
  private final Database database;

  public TransactionsOnTwoKeys() {
    this(TestStore.open(EmbeddedDatabase::inMemory));
  }

  TransactionsOnTwoKeys(Database database) {
    this.database = database;
  }

  @Operation
  public @Nullable Integer get(@Param(name = "key") int key) {
    return commit(tr -> number(tr, key));
  }

  @Operation
  public void set(@Param(name = "key") int key, @Param(name = "value") int value) {
    commit(
        tr -> {
          set(tr, key, value);
          return null;
        });
  }

  @Operation
  public void add(@Param(name = "key") int key, @Param(name = "amount") int amount) {
    commit(
        tr -> {
          tr.mutate(MutationType.ADD, keys.pack(key), bytes(amount));
          return null;
        });
  }

  /** A conditional write. */
  @Operation
  public boolean replace(
      @Param(name = "key") int key,
      @Param(name = "value") int expected,
      @Param(name = "value") int value) {
    return commit(
        tr -> {
          boolean replaces = orZero(number(tr, key)) == expected;
          if (replaces) {
            set(tr, key, value);
          }
          return replaces;
        });
  }

  @Operation
  public String getBoth() {
    return commit(tr -> number(tr, 0) + "," + number(tr, 1));
  }

  /** Takes from one key what both together have, which two takers can't both do. */
  @Operation
  public int take(@Param(name = "key") int key, @Param(name = "amount") int amount) {
    return commit(
        tr -> {
          int sum = 0;
          int own = 0;
          for (KeyValue row : tr.getRange(keys.range()).asList().join()) {
            int number = number(row.getValue());
            sum += number;
            own += keys.unpack(row.getKey()).getLong(0) == key ? number : 0;
          }
          letOthersGoFirst();
          if (sum >= amount) {
            set(tr, key, own - amount);
          }
          return sum;
        });
  }

  @Operation
  public void swap() {
    commit(
        tr -> {
          Integer first = number(tr, 0);
          move(tr, number(tr, 1), 0);
          move(tr, first, 1);
          return null;
        });
  }

  private void move(Transaction tr, @Nullable Integer value, int key) {
    if (value == null) {
      tr.clear(keys.pack(key));
    } else {
      set(tr, key, value);
    }
  }

  private void set(Transaction tr, int key, int value) {
    tr.set(keys.pack(key), bytes(value));
  }

  private @Nullable Integer number(ReadTransaction tr, int key) {
    byte[] value = tr.get(keys.pack(key)).join();
    letOthersGoFirst();
    return value == null ? null : number(value);
  }

  /** Between what a transaction reads and what it writes is where others do harm. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it makes overlaps likelier
  private static void letOthersGoFirst() {
    Thread.yield();
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  private static int number(byte[] value) {
    return Short.toUnsignedInt(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getShort());
  }

  private static byte[] bytes(int number) {
    return ByteBuffer.allocate(Short.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) number)
        .array();
  }

  /** Tries again at once after a conflict: a back-off would keep the threads from meeting. */
  private <T> T commit(Function<Transaction, T> operation) {
    while (true) {
      try (Transaction tr = database.createTransaction()) {
        T answer = operation.apply(tr);
        tr.commit().join();
        return answer;
      } catch (CompletionException failure) {
        if (!(failure.getCause() instanceof FDBException known)
            || known.getCode() != NOT_COMMITTED) {
          throw failure;
        }
      }
    }
  }
}
