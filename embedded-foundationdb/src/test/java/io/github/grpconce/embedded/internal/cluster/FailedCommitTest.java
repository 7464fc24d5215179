package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.embedded.FaultPlan.Step;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.key.FdbError;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a transaction and its futures come to when its commit fails, and in its next try. */
final class FailedCommitTest {
  private static final byte[] KEY = {1};
  private static final byte[] OTHER = {2};
  private static final byte[] WATCHED = {3};

  private final VirtualTime time = new VirtualTime();
  private final FaultPlan plan = FaultPlan.seeded(1);
  private final Database database =
      EmbeddedDatabase.newBuilder().timeline(time).executor(time).faultPlan(plan).build();
  private final Transaction tr = database.createTransaction();

  @Test
  void conflict_endsWatchesAndVersionstamp() {
    time.join(tr.get(KEY));
    CompletableFuture<Void> watch = tr.watch(WATCHED);
    CompletableFuture<byte[]> stamp = tr.getVersionstamp();
    tr.set(OTHER, KEY);
    write(KEY);

    assertEquals(1020, code(tr.commit()));
    assertEquals(1020, code(watch));
    assertEquals(2020, code(stamp));
  }

  @Test
  void injectedFailure_endsWatchesAndVersionstamp() {
    plan.at(Step.COMMIT).once().inject(Fault.error(1037));
    CompletableFuture<Void> watch = tr.watch(WATCHED);
    CompletableFuture<byte[]> stamp = tr.getVersionstamp();
    tr.set(OTHER, KEY);

    assertEquals(1037, code(tr.commit()));
    assertEquals(1037, code(watch));
    assertEquals(2020, code(stamp));
  }

  @Test
  void timeoutThatLandsLater_endsTheTransaction() {
    plan.at(Step.COMMIT).once().inject(Fault.landsLater(1031, Duration.ofSeconds(1)));
    tr.set(KEY, KEY);

    assertEquals(1031, code(tr.commit()));
    assertEquals(1031, code(tr.onError(FdbError.NOT_COMMITTED.exception())));
  }

  @Test
  void blindWriteAfterMoreThanFiveSeconds_isTooOld() {
    time.join(tr.getReadVersion());
    tr.set(KEY, KEY);
    time.advance(Duration.ofSeconds(5));
    time.advance(Duration.ofMillis(1));

    assertEquals(1007, code(tr.commit()));
    assertNull(time.join(database.createTransaction().get(KEY)));
  }

  @Test
  void cancelledTransaction_isNotTriedAgain() {
    tr.cancel();

    assertEquals(1025, code(tr.onError(FdbError.NOT_COMMITTED.exception())));
  }

  @Test
  void writeAfterExactlyFiveSeconds_isNotTooOld() {
    time.join(tr.get(KEY));
    tr.set(OTHER, KEY);
    time.advance(Duration.ofSeconds(5));

    time.join(tr.commit());
  }

  @Test
  void cancelledTransaction_saysSo_whateverTheErrorWas() {
    tr.cancel();

    assertEquals(1025, code(tr.onError(FdbError.CLIENT_INVALID_OPERATION.exception())));
  }

  @Test
  void firstReadThatFailed_failsTheCommit() {
    plan.at(Step.READ).once().inject(Fault.error(1037));
    plan.at(Step.READ).once().inject(Fault.error(1009));
    assertEquals(1037, code(tr.get(KEY)));
    assertEquals(1009, code(tr.get(OTHER)));
    tr.set(KEY, KEY);

    assertEquals(1037, code(tr.commit()));
  }

  @Test
  void readThatWasRefusedForItsArguments_failsNoCommit() {
    assertEquals(2004, code(tr.get(new byte[] {-1})));
    assertEquals(2012, code(tr.getRange(KEY, OTHER, -2).asList()));
    tr.set(KEY, KEY);

    time.join(tr.commit());
  }

  @Test
  void nextTry_beginsWithoutTheLastOnesWritesAndOptions() {
    tr.options().setReadYourWritesDisable();
    tr.set(KEY, KEY);

    Transaction next = time.join(tr.onError(FdbError.NOT_COMMITTED.exception()));

    assertNull(time.join(next.get(KEY)));
    next.set(KEY, OTHER);
    assertArrayEquals(OTHER, time.join(next.get(KEY)));
  }

  @Test
  void watchOfTheLastTry_isCancelledByTheNext() {
    time.join(tr.get(KEY));
    CompletableFuture<Void> watch = tr.watch(KEY);
    time.join(tr.onError(FdbError.NOT_COMMITTED.exception()));

    assertEquals(1025, code(watch));
  }

  @Test
  void watch_isFiredByAWriteOfItsOwnTransaction() {
    time.join(tr.get(KEY));
    CompletableFuture<Void> watch = tr.watch(KEY);
    assertFalse(watch.isDone());

    tr.set(KEY, OTHER);

    time.join(watch);
    assertTrue(watch.isDone());
  }

  @Test
  void moreWatchesThanTheDatabaseAllows_areRefused() {
    database.options().setMaxWatches(1);
    CompletableFuture<Void> first = tr.watch(KEY);

    assertEquals(1032, code(tr.watch(OTHER)));
    first.cancel(true);
    assertFalse(tr.watch(OTHER).isDone());
  }

  @Test
  void databasesTimeout_isThatOfItsTransactions() {
    database.options().setTransactionTimeout(100);
    Transaction limited = database.createTransaction();
    time.advance(Duration.ofMillis(101));

    assertEquals(1031, code(limited.get(KEY)));
    assertNull(time.join(tr.get(KEY)), "begun before the option was set");
  }

  private void write(byte[] key) {
    database.run(
        other -> {
          other.set(key, OTHER);
          return null;
        });
  }

  private int code(CompletableFuture<?> answer) {
    return ErrorCode.of(time, answer);
  }
}
