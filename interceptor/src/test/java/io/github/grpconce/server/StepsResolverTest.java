package io.github.grpconce.server;

import static io.github.grpconce.server.HandlerByHand.CANCELLED;
import static io.github.grpconce.server.StepsByHand.LEASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ExecutionFencedException;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.operator.ExecutionInProgress;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RecordResolver;
import io.github.grpconce.operator.Resolution;
import io.github.grpconce.operator.SeenRecord;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators who meet executions, alive or believed dead, and a store with faults. */
@StoreTest
@ParameterizedClass
@ValueSource(strings = {"order-4711", "018f2c5e-0000-7000-8000-000000000000"})
class StepsResolverTest {

  private static final String REASON = "the customer has called";
  private static final int NOT_FOUND = Status.Code.NOT_FOUND.value();
  private static final Duration LATER = Duration.ofSeconds(2);

  @Parameter String id;

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final StepsByHand.Node server = steps.start();
  private final RecordInspector inspector = RecordInspector.of(steps.store, LedgerServer.RECORDS);
  private final RecordResolver resolver =
      RecordResolver.of(steps.faults.database(), LedgerServer.RECORDS);

  /** What an operator can do. */
  private enum Wish {
    RESUME,
    FAIL,
    FORGET
  }

  private CompletableFuture<Resolution> ask(Wish wish, SeenRecord seen) {
    return switch (wish) {
      case RESUME -> resolver.resumeNow(seen, REASON);
      case FAIL -> resolver.fail(seen, NOT_FOUND, "no such account", REASON);
      case FORGET -> resolver.forget(seen, REASON);
    };
  }

  private Resolution done(Wish wish, SeenRecord seen) {
    return steps.time.join(ask(wish, seen));
  }

  private static Resolution success(Wish wish) {
    return switch (wish) {
      case RESUME -> Resolution.RESUMABLE;
      case FAIL -> Resolution.FAILED;
      case FORGET -> Resolution.FORGOTTEN;
    };
  }

  private SeenRecord seen() {
    List<ExecutionInProgress> all = steps.time.join(inspector.executionsInProgress(10));
    assertEquals(1, all.size());
    return all.get(0).seen();
  }

  private HandlerByHand executing() {
    HandlerByHand handler = steps.handler();
    handler.step("take").join();
    return handler;
  }

  private static void assertFenced(CompletableFuture<Balance> step) {
    Throwable told = assertThrows(CompletionException.class, step::join).getCause();
    assertInstanceOf(ExecutionFencedException.class, told);
  }

  private static void assertFailedByOperator(OpenCall<AddRequest, Balance> call) {
    assertEquals(Status.Code.NOT_FOUND, call.code());
    assertTrue(call.failure().getMessage().contains("no such account"));
    assertTrue(call.isReplayed());
  }

  @Test
  void executionThatRuns_isFencedByAFailure_whichAllGet() {
    OpenCall<AddRequest, Balance> call = server.arrive(id);
    HandlerByHand running = executing();

    assertEquals(Resolution.FAILED, done(Wish.FAIL, seen()));

    assertFenced(running.step("give"));
    assertEquals(List.of(CANCELLED), running.told());
    assertFailedByOperator(call);
    OpenCall<AddRequest, Balance> later = steps.start().arrive(id);
    assertFailedByOperator(later);
    assertEquals(1, steps.done("take"));
    assertEquals(0, steps.done("give"));
    assertEquals(1, steps.handlers().size());
  }

  @Test
  void executionThatRuns_andAnswersAfterItWasFailed_isNotBelieved() {
    OpenCall<AddRequest, Balance> call = server.arrive(id);
    HandlerByHand running = executing();
    done(Wish.FAIL, seen());

    running.answer(5);

    assertFailedByOperator(call);
  }

  @ParameterizedTest
  @CsvSource({"RESUME", "FORGET"})
  void executionThatRuns_isLeftAlone(Wish wish) {
    OpenCall<AddRequest, Balance> call = server.arrive(id);
    HandlerByHand running = executing();

    assertEquals(Resolution.RUNNING, done(wish, seen()));

    running.step("give").join();
    running.answer(5);
    assertEquals(Status.Code.OK, call.code());
    assertEquals(1, steps.done("give"));
  }

  /** It is alive, although nobody has heard of it for longer than its lease. */
  @ParameterizedTest
  @CsvSource({"FAIL", "FORGET"})
  void zombie_commitsNothingMore(Wish wish) {
    server.arrive(id);
    HandlerByHand zombie = executing();
    steps.endLeases();

    assertEquals(success(wish), done(wish, seen()));

    assertFenced(zombie.step("give"));
    assertEquals(0, steps.done("give"));
  }

  /** Its claim stands: nobody has taken over yet. */
  @Test
  void zombieThatIsToBeResumed_mayGoOn_untilSomebodyTakesOver() {
    server.arrive(id);
    HandlerByHand zombie = executing();
    steps.endLeases();
    assertEquals(Resolution.RESUMABLE, done(Wish.RESUME, seen()));
    zombie.step("give").join();

    OpenCall<AddRequest, Balance> next = steps.start().arrive(id);
    HandlerByHand successor = steps.handler();
    assertFenced(zombie.step("third"));
    successor.step("give").join();
    successor.answer(5);

    assertEquals(Status.Code.OK, next.code());
    assertEquals(1, steps.done("give"));
    assertEquals(0, steps.done("third"));
  }

  /** The store has them, and would let them take effect after what the operator did. */
  @OnEngineOnly("a fault plan")
  @ParameterizedTest
  @CsvSource({"FAIL", "FORGET"})
  void zombiesCommitsThatHoverAbove_comeToNothing(Wish wish) {
    server.arrive(id);
    HandlerByHand zombie = executing();
    steps.endLeases();
    SeenRecord seen = seen();
    steps.plan.at(FaultPlan.Step.COMMIT).times(3).inject(Fault.landsLater(1031, LATER));
    assertTrue(zombie.step("give").isCompletedExceptionally());

    assertEquals(success(wish), done(wish, seen));
    steps.time.advance(LATER.plusSeconds(1));

    assertEquals(0, steps.done("give"));
    assertEquals(0, steps.inProgress());
  }

  /** An operator who is told nothing asks again. */
  @ParameterizedTest
  @CsvSource({
    "RESUME,1021",
    "RESUME,1031",
    "RESUME,1039",
    "FAIL,1021",
    "FAIL,1031",
    "FAIL,1039",
    "FORGET,1021",
    "FORGET,1031",
    "FORGET,1039"
  })
  void commitOfUnknownResult_isLookedAt(Wish wish, int code) {
    server.arrive(id);
    executing();
    steps.endLeases();
    SeenRecord seen = seen();

    steps.faults.landNextCommit(code);
    assertEquals(success(wish), done(wish, seen));
    assertEquals(success(wish), done(wish, seen));

    assertEquals(wish == Wish.RESUME ? 1 : 0, steps.inProgress());
  }

  @ParameterizedTest
  @CsvSource({
    "RESUME,1020",
    "RESUME,1021",
    "RESUME,1039",
    "FAIL,1020",
    "FAIL,1021",
    "FAIL,1039",
    "FORGET,1020",
    "FORGET,1021",
    "FORGET,1039"
  })
  void commitThatWasDropped_isTriedAgain(Wish wish, int code) {
    server.arrive(id);
    executing();
    steps.endLeases();
    SeenRecord seen = seen();

    steps.faults.dropNextCommit(code);
    assertEquals(success(wish), done(wish, seen));

    assertEquals(wish == Wish.RESUME ? 1 : 0, steps.inProgress());
  }

  @ParameterizedTest
  @EnumSource
  void storeThatTimesOutThreeTimes_isAskedNoMore(Wish wish) {
    server.arrive(id);
    executing();
    steps.endLeases();
    SeenRecord seen = seen();
    steps.faults.dropNextCommit(1031).dropNextCommit(1031).dropNextCommit(1031);

    CompletionException failure = assertThrows(CompletionException.class, () -> done(wish, seen));

    assertEquals(1031, StoreError.causing(failure).orElseThrow().code());
    assertEquals(success(wish), done(wish, seen));
  }

  /** Between a commit whose result is unknown and the look at it, somebody has gone on. */
  @ParameterizedTest
  @CsvSource({"RESUME", "FORGET"})
  void commitOfUnknownResult_afterWhichTheRecordChanged_isSaidToBeUnknown(Wish wish) {
    server.arrive(id);
    executing();
    steps.endLeases();
    SeenRecord seen = seen();
    steps.faults.onNextCommit(
        commit ->
            () ->
                commit
                    .commit()
                    .thenCompose(
                        done -> {
                          steps.start().arrive(id);
                          steps.handler().step("again").join();
                          return CompletableFuture.failedFuture(FaultyDatabase.error(1021));
                        }));

    assertEquals(Resolution.UNKNOWN, done(wish, seen));
    assertEquals(1, steps.inProgress());
  }

  @ParameterizedTest
  @CsvSource({"RESUME", "FAIL", "FORGET"})
  void recordThatAnotherExecutionHasTakenOver_isLeftAsItIs(Wish wish) {
    server.arrive(id);
    executing();
    steps.endLeases();
    SeenRecord seen = seen();
    OpenCall<AddRequest, Balance> next = steps.start().arrive(id);

    assertEquals(Resolution.CHANGED, done(wish, seen));

    HandlerByHand successor = executing();
    successor.answer(5);
    assertEquals(Status.Code.OK, next.code());
  }

  /** Its token is the same again, as after the retention of an opaque ID. */
  @Test
  void zombieWhoseRecordIsForgotten_doesNotRenewTheNextOnesLease() {
    server.arrive(id);
    HandlerByHand zombie = executing();
    steps.endLeases();
    done(Wish.FORGET, seen());
    steps.start().arrive(id);
    executing();
    assertEquals(1, steps.lease(id).getToken());
    long renewed = steps.lease(id).getRenewedAtVersion();
    steps.time.advance(Duration.ofSeconds(1));

    server.scheduler.advance(LEASE.dividedBy(2));

    assertEquals(renewed, steps.lease(id).getRenewedAtVersion());
    assertEquals(List.of(CANCELLED), zombie.told());
  }

  @Test
  void storeThatDoesNotAnswer_isNotWaitedForForEver() {
    server.arrive(id);
    executing();
    SeenRecord seen = seen();
    steps.faults.becomeUnreachable();

    CompletableFuture<Resolution> answer = ask(Wish.FAIL, seen);

    assertTrue(answer.isCompletedExceptionally());
    steps.faults.becomeReachable();
    assertEquals(1, steps.inProgress());
  }
}
