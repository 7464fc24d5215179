package io.github.grpconce.testing.internal.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import com.apple.foundationdb.async.AsyncIterator;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.OnEngineOnly;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked at a process's end, and what passes over the link then. */
@OnEngineOnly("the link's own store")
@Timeout(60)
class LinkedDatabaseTest {

  private static final byte[] KEY = "key".getBytes(UTF_8);
  private static final byte[] VALUE = "value".getBytes(UTF_8);

  private final Database store = EmbeddedDatabase.newBuilder().build();
  private final Executor executor = Runnable::run;
  private final List<String> passed = new ArrayList<>();

  /** What commits fail with, one after the other. */
  private final Queue<Integer> troubles = new ArrayDeque<>();

  private boolean mayBlock = true;
  private final Database database = LinkedDatabase.over(new Link());

  @AfterEach
  void close() {
    store.close();
  }

  private final class Link implements StoreLink {
    @Override
    public Database store() {
      return store;
    }

    @Override
    public Executor executor() {
      return executor;
    }

    @Override
    public boolean mayBlock() {
      return mayBlock;
    }

    @Override
    public TransactionLink begin(Executor where) {
      return new Noting(store.createTransaction(where), where);
    }
  }

  /** Notes what passes. */
  private final class Noting implements TransactionLink {
    private final Transaction transaction;
    private final Executor where;

    Noting(Transaction transaction, Executor where) {
      this.transaction = transaction;
      this.where = where;
    }

    @Override
    public Transaction transaction() {
      return transaction;
    }

    @Override
    public Executor executor() {
      return where;
    }

    @Override
    public TransactionOptions options() {
      return transaction.options();
    }

    @Override
    public <T> CompletableFuture<T> read(Question what, Supplier<CompletableFuture<T>> there) {
      passed.add(what.method());
      return there.get();
    }

    @Override
    public <T> CompletableFuture<T> await(CompletableFuture<T> there) {
      passed.add("await");
      return there;
    }

    @Override
    public CompletableFuture<Void> watch(CompletableFuture<Void> there) {
      passed.add("watch");
      return there;
    }

    @Override
    public void wrote(Question what) {
      passed.add(what.method() + " of " + what.arguments().size());
    }

    @Override
    public CompletableFuture<Void> commit() {
      passed.add("commit");
      Integer trouble = troubles.poll();
      return trouble == null
          ? transaction.commit()
          : CompletableFuture.failedFuture(new StoreTrouble(trouble));
    }

    @Override
    public CompletableFuture<Transaction> onError(
        Throwable error, Function<TransactionLink, Transaction> handle) {
      passed.add("onError");
      return transaction.onError(error).thenApply(fresh -> handle.apply(new Noting(fresh, where)));
    }

    @Override
    public void cancel() {
      passed.add("cancel");
      transaction.cancel();
    }

    @Override
    public void close() {
      passed.add("close");
      transaction.close();
    }
  }

  @Test
  void retryLoop_passesOverTheLinkAgainAfterAnError() {
    troubles.add(StoreTrouble.NOT_COMMITTED);

    database.run(
        tr -> {
          tr.set(KEY, VALUE);
          return tr;
        });

    assertEquals(List.of("set of 2", "commit", "onError", "set of 2", "commit", "close"), passed);
    assertArrayEquals(VALUE, store.read(tr -> tr.get(KEY).join()));
  }

  @Test
  void retryLoopThatDoesntBlock_passesOverTheLinkAgainAfterAnError() throws Exception {
    troubles.add(StoreTrouble.NOT_COMMITTED);

    byte[] read = database.runAsync(tr -> tr.get(KEY)).get(30, TimeUnit.SECONDS);

    assertNull(read);
    assertEquals(List.of("get", "commit", "onError", "get", "commit", "close", "close"), passed);
  }

  @Test
  void whereNothingMayBlock_loopsThatDoAreRefused() {
    mayBlock = false;

    assertThrows(UnsupportedOperationException.class, () -> database.run(tr -> tr));
    assertThrows(UnsupportedOperationException.class, () -> database.read(tr -> tr));
    assertEquals(List.of(), passed);
  }

  @Test
  void snapshotsAndLoopsOfATransaction_passOverTheSameLink() {
    try (Transaction tr = database.createTransaction()) {
      tr.snapshot().get(KEY).join();
      tr.snapshot().read(snapshot -> snapshot.snapshot().getReadVersion().join());
      tr.readAsync(same -> same.get(KEY)).join();
      assertSame(executor, tr.snapshot().getExecutor());
      assertSame(database, tr.getDatabase());
    }
    assertEquals(List.of("get", "getReadVersion", "get", "close"), passed);
  }

  @Test
  void range_isOneQuestion_asAWholeAndRowByRow() {
    try (Transaction tr = database.createTransaction()) {
      tr.set(KEY, VALUE);
      assertEquals(1, tr.getRange(Range.startsWith(KEY)).asList().join().size());
      AsyncIterator<KeyValue> rows = tr.getRange(Range.startsWith(KEY)).iterator();
      assertArrayEquals(VALUE, rows.next().getValue());
      assertFalse(rows.hasNext());
    }
    assertEquals(List.of("set of 2", "getRange", "getRange", "await", "close"), passed);
  }

  @Test
  void closedDatabase_leavesTheStoreOpen() {
    database.close();

    assertNull(store.read(tr -> tr.get(KEY).join()));
  }

  @Test
  void transactionWhoseCommitIsUnderWay_staysOpenUntilItHasLanded() {
    StoreEnd end = new StoreEnd(store.createTransaction());
    end.transaction().set(KEY, VALUE);
    end.expectCommit();

    end.cancel();
    end.close();
    end.transaction().commit().join();
    end.settle();

    assertArrayEquals(VALUE, store.read(tr -> tr.get(KEY).join()));
    assertThrows(IllegalStateException.class, () -> end.transaction().commit());
  }
}
