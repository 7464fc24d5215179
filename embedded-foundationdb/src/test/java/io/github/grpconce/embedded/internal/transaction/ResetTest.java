package io.github.grpconce.embedded.internal.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.Awaited;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an {@code onError} leaves of a transaction, and what is left when it gives no other. */
@StoreTest
final class ResetTest {
  private static final byte[] KEY = {'k'};
  private static final byte[] BEFORE_KEY = {'a'};
  private static final int NOT_COMMITTED = 1020;

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      TestStore.open(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final Transaction first = database.createTransaction();

  @Test
  void committedVersion_staysUntilTheNextCommit() {
    first.set(KEY, KEY);
    Awaited.join(time, first.commit());
    long version = first.getCommittedVersion();
    assertTrue(version > 0);

    Transaction second = reset(first);
    assertEquals(version, second.getCommittedVersion());

    second.clear(KEY, BEFORE_KEY);
    assertEquals(2005, code(second.commit()));
    assertEquals(version, second.getCommittedVersion(), "a commit that failed");
  }

  @Test
  void committedVersion_ofAReadOnlyCommitAfterAReset_isNone() {
    first.set(KEY, KEY);
    Awaited.join(time, first.commit());
    Transaction second = reset(first);
    Awaited.join(time, second.get(KEY));
    Awaited.join(time, second.commit());
    assertEquals(-1, second.getCommittedVersion());
  }

  @Test
  void onErrorOfACancelledTransaction_failsItsWatches() {
    Awaited.join(time, first.get(KEY));
    CompletableFuture<Void> watch = first.watch(KEY);
    first.cancel();
    time.runReady();
    assertFalse(watch.isDone(), "its value was known: a cancel leaves it alone");

    assertEquals(1025, code(first.onError(new FDBException("scripted", NOT_COMMITTED))));
    time.runReady();
    assertEquals(1025, code(watch));
  }

  @OnEngineOnly("virtual time")
  @Test
  void onErrorOfATransactionThatTimedOut_failsItsWatches() {
    Awaited.join(time, first.get(KEY));
    CompletableFuture<Void> watch = first.watch(KEY);
    first.options().setTimeout(10);
    time.advance(Duration.ofMillis(20));
    assertFalse(watch.isDone());

    assertEquals(1031, code(first.onError(new FDBException("scripted", NOT_COMMITTED))));
    time.runReady();
    assertEquals(1025, code(watch));
  }

  @OnEngineOnly("virtual time")
  @Test
  void timeout_countsFromTheTransactionsCreation() {
    time.advance(Duration.ofHours(1));
    Transaction late = database.createTransaction();
    late.options().setTimeout(1_000);
    time.advance(Duration.ofMillis(999));
    Awaited.join(time, late.get(KEY));
    time.advance(Duration.ofMillis(1));

    assertEquals(1031, code(late.get(KEY)));
  }

  @OnEngineOnly("virtual time")
  @Test
  void timeout_thatIsOverWhenItIsSet_countsAtOnce() {
    time.advance(Duration.ofSeconds(1));
    first.options().setTimeout(1_000);
    CompletableFuture<byte[]> value = first.get(KEY);
    time.runReady();
    assertTrue(value.isDone());
    assertEquals(1031, code(value));
  }

  @OnEngineOnly("virtual time")
  @Test
  void timeout_thatWasTakenBack_doesNotCount() {
    first.options().setTimeout(1_000);
    first.options().setTimeout(0);
    time.advance(Duration.ofSeconds(2));
    first.options().setRetryLimit(1);
    Awaited.join(time, first.get(KEY));
    Awaited.join(time, first.commit());
  }

  @Test
  void readLockAware_mayNotWriteUnlessItIsLockAware() {
    first.options().setReadLockAware();
    first.set(KEY, KEY);
    assertEquals(2023, code(first.commit()));

    Transaction second = database.createTransaction();
    second.options().setReadLockAware();
    second.options().setLockAware();
    second.set(KEY, KEY);
    Awaited.join(time, second.commit());
  }

  private Transaction reset(Transaction tr) {
    return Awaited.join(time, tr.onError(new FDBException("scripted", NOT_COMMITTED)));
  }

  private int code(CompletableFuture<?> future) {
    return ErrorCode.of(time, future);
  }
}
