package io.github.grpconce.embedded.internal.binding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.EventKeeper;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.Awaited;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What FoundationDB's Java binding itself does, before anything reaches the database. */
@StoreTest
final class TransactionHandleTest {
  private static final byte[] KEY = {1};
  private static final byte[] OTHER = {2};

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      TestStore.open(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final Transaction tr = database.createTransaction();

  @OnEngineOnly("its own executor")
  @Test
  void transaction_knowsItsDatabaseAndItsExecutor() {
    assertSame(database, tr.getDatabase());
    assertSame(time, tr.getExecutor());
    assertSame(time, tr.snapshot().getExecutor());
    assertSame(tr.options(), tr.snapshot().options());
    assertSame(tr.snapshot(), tr.snapshot().snapshot());
    assertTrue(tr.snapshot().isSnapshot());
    Executor own = Runnable::run;
    assertSame(own, database.createTransaction(own).getExecutor());
    EventKeeper ignored = null;
    assertSame(own, database.createTransaction(own, ignored).getExecutor());
    assertEquals(0, database.getMainThreadBusyness());
  }

  @Test
  void transaction_runsFunctionsAsItIs() {
    assertSame(tr, tr.run(same -> same));
    assertSame(tr, tr.read(same -> same));
    assertSame(tr.snapshot(), tr.snapshot().read(same -> same));
    assertSame(tr, Awaited.join(time, tr.runAsync(CompletableFuture::completedFuture)));
    assertSame(tr, Awaited.join(time, tr.readAsync(CompletableFuture::completedFuture)));
    CompletableFuture<ReadTransaction> snapshot =
        tr.snapshot().readAsync(CompletableFuture::completedFuture);
    assertSame(tr.snapshot(), Awaited.join(time, snapshot));
    IllegalStateException mistake = new IllegalStateException("on purpose");
    assertSame(
        mistake,
        failure(
            tr.runAsync(
                same -> {
                  throw mistake;
                })));
  }

  @Test
  void readConflicts_areAddedUnlessOnASnapshot() {
    assertTrue(conflicts(reading -> assertTrue(reading.addReadConflictKeyIfNotSnapshot(KEY))));
    assertTrue(
        conflicts(reading -> assertTrue(reading.addReadConflictRangeIfNotSnapshot(KEY, OTHER))));
    assertFalse(
        conflicts(reading -> assertFalse(reading.snapshot().addReadConflictKeyIfNotSnapshot(KEY))));
    assertFalse(
        conflicts(
            reading ->
                assertFalse(reading.snapshot().addReadConflictRangeIfNotSnapshot(KEY, OTHER))));
  }

  private boolean conflicts(Consumer<Transaction> reads) {
    Transaction reading = database.createTransaction();
    Awaited.join(time, reading.getReadVersion());
    reads.accept(reading);
    reading.set(OTHER, OTHER);
    write(other -> other.set(KEY, KEY));
    return Awaited.join(time, reading.commit().handle((done, error) -> error != null));
  }

  @Test
  @SuppressWarnings("deprecation") // for as long as it is there
  void clearRangeStartsWith_clearsWhatStartsWithIt() {
    write(other -> other.set(new byte[] {1, 5}, KEY));
    write(other -> other.set(OTHER, KEY));
    write(other -> other.clearRangeStartsWith(KEY));

    assertNull(Awaited.join(time, tr.get(new byte[] {1, 5})));
    assertArrayEquals(KEY, Awaited.join(time, tr.get(OTHER)));
  }

  @Test
  void splitPointsOfARange_areThoseOfItsBorders() {
    assertEquals(
        2, Awaited.join(time, tr.getRangeSplitPoints(new Range(KEY, OTHER), 100)).getKeys().size());
  }

  @Test
  void nothing_isNoKey() {
    assertThrows(IllegalArgumentException.class, () -> tr.set(null, KEY));
    assertThrows(IllegalArgumentException.class, () -> tr.set(KEY, null));
    assertThrows(IllegalArgumentException.class, () -> tr.clear((byte[]) null));
    assertThrows(IllegalArgumentException.class, () -> tr.clear(KEY, null));
    assertThrows(IllegalArgumentException.class, () -> tr.mutate(MutationType.ADD, KEY, null));
    assertTrue(Awaited.join(time, tr.getApproximateSize()) == 0);
  }

  @Test
  void onError_looksIntoWhatFuturesFailWith() {
    FDBException conflict = new FDBException("conflict", 1020);
    Transaction second = Awaited.join(time, tr.onError(new CompletionException(conflict)));
    Transaction third = Awaited.join(time, second.onError(new ExecutionException(conflict)));
    Transaction fourth = Awaited.join(time, third.onError(conflict));

    assertNull(Awaited.join(time, fourth.get(KEY)));
  }

  @Test
  void onErrorOfAnythingElse_failsWithIt_andLeavesTheTransactionAsItIs() {
    FDBException conflict = new FDBException("conflict", 1020);
    for (Throwable other :
        new Throwable[] {
          new IllegalStateException(conflict),
          new CompletionException("no cause", null),
          new ExecutionException("no cause", null),
          new InternalError("on purpose")
        }) {
      assertSame(other, failure(tr.onError(other)));
    }
    IllegalStateException cause = new IllegalStateException("on purpose");
    assertSame(cause, failure(tr.onError(new CompletionException(cause))));
    assertNull(Awaited.join(time, tr.get(KEY)));
  }

  @OnEngineOnly("its own timers")
  @Test
  void functionThatIsRunInTransactions_leavesNoTimerBehind() {
    database.options().setTransactionTimeout(1_000);
    database.run(run -> run.get(KEY).join());
    Awaited.join(time, database.runAsync(run -> run.get(KEY)));
    assertThrows(
        CompletionException.class,
        () ->
            database.run(
                run -> {
                  throw new IllegalStateException("on purpose");
                }));

    tr.close(); // begun before the option was set
    assertEquals(0, time.waiting());
  }

  @Test
  void functionThatFails_failsTheCallWithThat() {
    IllegalStateException mistake = new IllegalStateException("on purpose");
    assertSame(mistake, failure(database.runAsync(run -> CompletableFuture.failedFuture(mistake))));
    InternalError error = new InternalError("on purpose");
    assertSame(error, failure(database.runAsync(run -> CompletableFuture.failedFuture(error))));
    Exception checked = new Exception("on purpose");
    assertSame(checked, failure(database.runAsync(run -> CompletableFuture.failedFuture(checked))));
  }

  private Throwable failure(CompletableFuture<?> failed) {
    time.runReady();
    return assertThrows(ExecutionException.class, failed::get).getCause();
  }

  private void write(Consumer<Transaction> writes) {
    database.run(
        other -> {
          writes.accept(other);
          return null;
        });
  }
}
