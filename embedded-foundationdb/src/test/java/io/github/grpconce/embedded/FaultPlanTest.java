package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.FaultPlan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest extends PlannedFaults {
  private byte[] stored() {
    Transaction tr = db.createTransaction();
    return time.join(tr.get(KEY));
  }

  private int failure(CompletableFuture<?> future) {
    return ErrorCode.of(time, future);
  }

  @Test
  void unknownResultLanded_reports1021AndCommits() {
    plan.at(Step.COMMIT).once().inject(Fault.unknownResultLanded());
    Transaction tr = writing(ONE);

    assertEquals(1021, failure(tr.commit()));
    assertEquals(-1, tr.getCommittedVersion());
    assertArrayEquals(ONE, stored());
  }

  @Test
  void unknownResultDropped_reports1021AndCommitsNothing() {
    plan.at(Step.COMMIT).once().inject(Fault.unknownResultDropped());

    assertEquals(1021, failure(writing(ONE).commit()));
    assertNull(stored());
  }

  @Test
  void unknownResult_isRetriedByRunAsync() {
    plan.at(Step.COMMIT).attempt(1).inject(Fault.unknownResultLanded());
    List<byte[]> seen = new ArrayList<>();

    time.join(
        db.runAsync(
            tr ->
                tr.get(KEY)
                    .thenAccept(
                        value -> {
                          seen.add(value);
                          tr.set(KEY, ONE);
                        })));

    assertEquals(2, seen.size());
    assertNull(seen.get(0));
    assertArrayEquals(ONE, seen.get(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1031, 1039})
  void landsLater_failsAtOnceAndCommitsAfterTheDelay(int code) {
    plan.at(Step.COMMIT).once().inject(Fault.landsLater(code, Duration.ofSeconds(2)));

    assertEquals(code, failure(writing(ONE).commit()));
    assertNull(stored());
    time.advance(Duration.ofSeconds(2));
    assertArrayEquals(ONE, stored());
  }

  @Test
  void landsLater_doesNotLandWhenItsReadsAreNoLongerTrue() {
    plan.at(Step.COMMIT).once().inject(Fault.landsLater(1031, Duration.ofSeconds(2)));
    Transaction first = db.createTransaction();
    time.join(first.get(KEY));
    first.set(KEY, ONE);
    assertEquals(1031, failure(first.commit()));

    time.join(writing(TWO).commit());
    time.advance(Duration.ofSeconds(2));

    assertArrayEquals(TWO, stored());
  }

  @ParameterizedTest
  @ValueSource(ints = {1007, 1020, 1037, 1042, 1213})
  void errorAtCommit_commitsNothingAndIsRetried(int code) {
    plan.at(Step.COMMIT).once().inject(Fault.error(code));
    Transaction tr = writing(ONE);

    assertEquals(code, failure(tr.commit()));
    assertNull(stored());
    Transaction again = time.join(tr.onError(new FDBException("again", code)));
    again.set(KEY, TWO);
    time.join(again.commit());
    assertArrayEquals(TWO, stored());
  }

  @ParameterizedTest
  @ValueSource(ints = {1007, 1009, 1037})
  void errorAtRead_failsTheReadAndTheCommit(int code) {
    plan.at(Step.READ).once().inject(Fault.error(code));
    Transaction tr = writing(ONE);

    assertEquals(code, failure(tr.get(TWO)));
    assertEquals(code, failure(tr.commit()));
    assertNull(stored());
  }

  @ParameterizedTest
  @ValueSource(ints = {1009, 1037, 1078, 1213})
  void errorAtReadVersion_failsTheFirstThatAsksForIt(int code) {
    plan.at(Step.READ_VERSION).label("late").inject(Fault.error(code));
    Transaction tr = db.createTransaction();
    assertTrue(time.join(tr.getReadVersion()) > 0);
    Transaction late = db.createTransaction();
    FaultPlan.label(late, "late");

    assertEquals(code, failure(late.getReadVersion()));
    Transaction reader = db.createTransaction();
    FaultPlan.label(reader, "late");
    assertEquals(code, failure(reader.get(KEY)));
  }

  @Test
  void latencyOfTheReadVersion_delaysOnlyTheFirstRead() {
    plan.at(Step.READ_VERSION).inject(Fault.latency(Duration.ofSeconds(1)));
    Transaction tr = db.createTransaction();
    CompletableFuture<byte[]> first = tr.get(KEY);

    time.advance(Duration.ofMillis(999));
    assertFalse(first.isDone());
    time.advance(Duration.ofMillis(1));
    assertTrue(first.isDone());
    CompletableFuture<byte[]> second = tr.get(KEY);
    time.runReady();
    assertTrue(second.isDone());
  }

  @Test
  void rule_appliesToItsLabelAndAttemptOnly() {
    plan.at(Step.COMMIT).label("charge").attempt(2).inject(Fault.error(1020));
    Transaction other = writing(ONE);
    time.join(other.commit());
    Transaction tr = writing(ONE);
    tr.options().setDebugTransactionIdentifier("charge");
    time.join(tr.commit());

    Transaction second = db.createTransaction();
    FaultPlan.label(second, "charge");
    second = time.join(second.onError(new FDBException("first attempt", 1020)));
    second.set(KEY, TWO);

    assertEquals(1020, failure(second.commit()));
    assertArrayEquals(ONE, stored());
  }

  @Test
  void skipAndTimes_chooseAmongTheStepsThatMatch() {
    plan.at(Step.READ).skip(1).times(2).inject(Fault.error(1037));

    List<Boolean> failed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      CompletableFuture<byte[]> read = db.createTransaction().get(KEY);
      time.runReady();
      failed.add(read.isCompletedExceptionally());
    }

    assertEquals(List.of(false, true, true, false, false), failed);
  }

  @Test
  void latency_delaysTheStep() {
    plan.at(Step.COMMIT).once().inject(Fault.latency(Duration.ofSeconds(1)));
    CompletableFuture<Void> commit = writing(ONE).commit();

    time.advance(Duration.ofMillis(999));
    assertFalse(commit.isDone());
    assertNull(stored());
    time.advance(Duration.ofMillis(1));
    assertTrue(commit.isDone());
    assertArrayEquals(ONE, stored());
  }

  @Test
  void lateAnswer_delaysOnlyTheAnswer() {
    plan.at(Step.COMMIT).once().inject(Fault.lateAnswer(Duration.ofSeconds(1)));
    CompletableFuture<Void> commit = writing(ONE).commit();

    time.runReady();
    assertArrayEquals(ONE, stored());
    assertFalse(commit.isDone());
    time.advance(Duration.ofSeconds(1));
    assertTrue(commit.isDone());
  }

  @Test
  void lateAnswer_bringsAllThatTheCommitGives() {
    plan.at(Step.COMMIT).once().inject(Fault.lateAnswer(Duration.ofSeconds(1)));
    Transaction tr = writing(ONE);
    CompletableFuture<Void> watch = tr.watch(TWO);
    CompletableFuture<byte[]> stamp = tr.getVersionstamp();
    CompletableFuture<Void> commit = tr.commit();
    time.runReady();
    assertFalse(stamp.isDone());

    time.join(commit);

    assertTrue(tr.getCommittedVersion() > 0);
    assertEquals(10, time.join(stamp).length);
    db.run(
        other -> {
          other.set(TWO, ONE);
          return null;
        });
    time.join(watch);
  }

  @Test
  void lateAnswerToARead_isWhatWasThereWhenItWasAskedFor() {
    plan.at(Step.READ).once().inject(Fault.lateAnswer(Duration.ofSeconds(1)));
    CompletableFuture<byte[]> read = db.createTransaction().get(KEY);
    time.join(writing(ONE).commit());
    time.advance(Duration.ofMillis(999));
    assertFalse(read.isDone());
    time.advance(Duration.ofMillis(1));

    assertTrue(read.isDone());
    assertNull(read.join());
  }

  @Test
  void readOnlyCommit_isNoConcernOfTheDatabase() {
    plan.at(Step.COMMIT).once().inject(Fault.error(1020));
    Transaction reading = db.createTransaction();
    time.join(reading.get(KEY));
    plan.unreach();
    CompletableFuture<Void> commit = reading.commit();
    time.runReady();
    assertTrue(commit.isDone());
    commit.join();
    plan.reach();

    assertEquals(1020, failure(writing(ONE).commit()), "the rule is not used up");
  }

  @Test
  void readVersion_isGotInEachAttempt() {
    plan.at(Step.READ_VERSION).attempt(2).inject(Fault.error(1037));
    Transaction tr = db.createTransaction();
    time.join(tr.get(KEY));
    Transaction second = time.join(tr.onError(new FDBException("again", 1020)));

    assertEquals(1037, failure(second.get(KEY)));
  }

  @Test
  void plan_isGivenBack_soThatItCanBeMadeInOneGo() {
    assertSame(plan, plan.at(Step.READ).inject(Fault.error(1037)));
  }

  @Test
  void errorThatTheEngineDoesNotKnow_isPassedOn() {
    plan.at(Step.READ).once().inject(Fault.error(4711));

    assertEquals(4711, failure(db.createTransaction().get(KEY)));
  }

  @Test
  void timeoutDuringTheBackOff_endsTheNextTry() {
    List<Runnable> tasks = new ArrayList<>();
    Transaction tr = db.createTransaction(tasks::add);
    tr.options().setMaxRetryDelay(1);
    tr.options().setTimeout(100);
    CompletableFuture<Transaction> next = tr.onError(new FDBException("again", 1007));
    time.advance(Duration.ofSeconds(1));
    runAll(tasks);
    CompletableFuture<byte[]> read = next.thenCompose(again -> again.get(KEY));
    time.runReady();
    runAll(tasks);

    assertEquals(1031, failure(read));
  }

  private static void runAll(List<Runnable> tasks) {
    List<Runnable> now = List.copyOf(tasks);
    tasks.clear();
    now.forEach(Runnable::run);
  }

  @Test
  void closedTransaction_leavesNoTimerBehind() {
    Transaction tr = db.createTransaction();
    tr.options().setTimeout(1_000);
    tr.close();

    assertEquals(0, time.waiting());
  }

  @Test
  void readThatIsStillUnderWay_isWaitedForByTheCommit() {
    plan.at(Step.READ).once().inject(Fault.latency(Duration.ofSeconds(1)));
    Transaction tr = writing(ONE);
    CompletableFuture<byte[]> read = tr.get(TWO);
    CompletableFuture<Void> commit = tr.commit();

    time.runReady();
    assertFalse(commit.isDone());
    time.advance(Duration.ofSeconds(1));
    assertTrue(read.isDone());
    assertTrue(commit.isDone());
  }

  @Test
  void unreach_leavesEverythingUnansweredUntilReach() {
    plan.unreach();
    CompletableFuture<byte[]> read = db.createTransaction().get(KEY);
    CompletableFuture<Long> size =
        db.createTransaction().getEstimatedRangeSizeBytes(Range.startsWith(KEY));
    CompletableFuture<Void> commit = writing(ONE).commit();
    time.advance(Duration.ofSeconds(1));
    assertFalse(read.isDone());
    assertFalse(size.isDone());
    assertFalse(commit.isDone());

    plan.reach();
    time.runReady();

    assertNull(read.join());
    assertEquals(0, size.join());
    assertTrue(commit.isDone());
    assertArrayEquals(ONE, stored());
  }

  @Test
  void timeoutWhileUnreachable_leavesTheCommitToLandLater() {
    plan.unreach();
    Transaction tr = writing(ONE);
    tr.options().setTimeout(100);

    assertEquals(1031, failure(tr.commit()));
    plan.reach();
    time.runReady();
    assertArrayEquals(ONE, stored());
  }

  /** What happens to a few transactions in a world of chance, as text. */
  private static String history(long seed) {
    VirtualTime time = new VirtualTime();
    FaultPlan plan = FaultPlan.seeded(seed);
    plan.at(Step.COMMIT).probability(0.3).inject(Fault.error(1020));
    plan.at(Step.READ).probability(0.2).inject(Fault.latency(Duration.ofMillis(7)));
    StringBuilder history = new StringBuilder();
    try (Database db =
        EmbeddedDatabase.newBuilder()
            .timeline(time)
            .executor(time)
            .random(new SplittableRandom(seed))
            .faultPlan(plan)
            .build()) {
      for (int i = 0; i < 50; i++) {
        byte[] value = {(byte) i};
        time.join(
            db.runAsync(
                tr -> {
                  history.append('.');
                  return tr.get(KEY).thenAccept(old -> tr.set(KEY, value));
                }));
        history.append(time.nanoTime()).append(' ');
      }
    }
    return history.toString();
  }

  @Test
  void sameSeed_givesTheSameHistory() {
    assertEquals(history(5), history(5));
    assertFalse(history(5).equals(history(6)));
  }
}
