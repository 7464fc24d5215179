package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static io.github.grpconce.server.StepsByHand.LEASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.TimelineScheduler;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RecordResolver;
import io.github.grpconce.operator.Resolution;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.operator.SeenRecord;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The calls of operations with opaque IDs: they bear a time, by which a callee that has forgotten
 * them refuses them. In one thread and in virtual time.
 */
@StoreTest
class StepsOpaqueIdTest {

  private static final String ID = "order-4711";
  private static final String METHOD = StepsServiceGrpc.getTransferMethod().getFullMethodName();
  private static final String CHARGE = LedgerServiceGrpc.getAddMethod().getFullMethodName();
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration RETENTION = Duration.ofHours(24);
  private static final Duration OUTAGE = RETENTION.plusHours(1);
  private static final Subspace CALLEE = new Subspace(Tuple.from("callee"));

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final StepsByHand.Node server = start(Duration.ZERO);
  private final ServerServiceDefinition payments = new Payments().bindService();
  private final IdempotencyServerInterceptor callee =
      IdempotencyServerInterceptor.newBuilder(steps.store, CALLEE)
          .clock(this::now)
          .executor(Runnable::run)
          .build();
  private int charges;

  /** Where in its execution a handler calls another service. */
  private enum Place {
    BEFORE_THE_FIRST_STEP,
    BETWEEN_STEPS,
    WITHIN_A_STEP,
    LABELLED
  }

  private final class Payments extends LedgerServiceGrpc.LedgerServiceImplBase {

    @Override
    public void add(AddRequest request, StreamObserver<Balance> observer) {
      charges++;
      observer.onNext(Balance.getDefaultInstance());
      observer.onCompleted();
    }
  }

  private Instant now() {
    return START.plusNanos(steps.time.nanoTime());
  }

  private StepsByHand.Node start(Duration skew) {
    return steps.start(options -> options.clock(() -> now().plus(skew)));
  }

  /** The ID of the handler's call: as a client's interceptor asks for it. */
  private RequestId called(Place place) throws Exception {
    HandlerByHand handler = steps.handler();
    if (place == Place.WITHIN_A_STEP) {
      AtomicReference<RequestId> child = new AtomicReference<>();
      handler.context().run(() -> handler.call().step("pay", tr -> child.set(nextChild())));
      return child.get();
    }
    if (place != Place.BEFORE_THE_FIRST_STEP) {
      handler.step("take").join();
    }
    return handler
        .context()
        .call(
            () ->
                place == Place.LABELLED ? GuardedExecution.current().child("debit") : nextChild());
  }

  private static RequestId nextChild() {
    return GuardedExecution.current().nextChild(CHARGE);
  }

  private OpenCall<AddRequest, Balance> charge(RequestId id) {
    return OpenCall.open(callee, payments, LedgerServiceGrpc.getAddMethod(), headers(id.value()))
        .send(add("alice", 5))
        .halfClose();
  }

  private void forgetWhatIsOld() {
    RetentionSweeper sweeper =
        RetentionSweeper.newBuilder(steps.store, CALLEE)
            .retention(RETENTION)
            .clock(this::now)
            .timer(new TimelineScheduler(steps.time, steps.time))
            .executor(steps.time)
            .build();
    var swept = steps.time.join(sweeper.sweepOnce());
    assertTrue(swept.rangesCleared() + swept.opaqueRecordsRemoved() > 0, "nothing was forgotten");
  }

  /** The server that died is followed by one whose clock is wrong. */
  private void resume() {
    start(Duration.ofDays(-3)).scheduler.advance(LEASE);
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_THE_FIRST_STEP", "BETWEEN_STEPS", "LABELLED"})
  void operationThatIsResumedAfterTheCalleesRetention_chargesOnce(Place place) throws Exception {
    server.arrive(ID);
    RequestId first = called(place);
    assertEquals(Status.Code.OK, charge(first).code());
    assertEquals(Optional.of(START), first.time());

    steps.time.advance(OUTAGE);
    forgetWhatIsOld();
    resume();
    assertEquals(2, steps.handlers().size());
    RequestId again = called(place);
    OpenCall<AddRequest, Balance> late = charge(again);

    assertEquals(first, again);
    assertEquals(Optional.of(ErrorReason.REQUEST_ID_EXPIRED), ErrorReason.of(late.failure()));
    assertEquals(1, charges);
  }

  @Test
  void operationThatIsResumedInTime_chargesOnce_andHearsSo() throws Exception {
    server.arrive(ID);
    charge(called(Place.BEFORE_THE_FIRST_STEP));

    steps.time.advance(Duration.ofHours(1));
    resume();
    OpenCall<AddRequest, Balance> again = charge(called(Place.BEFORE_THE_FIRST_STEP));

    assertEquals(Status.Code.OK, again.code());
    assertTrue(again.isReplayed());
    assertEquals(1, charges);
  }

  /** It has its claim, although it has done no step: without it, it must not make another. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void zombieBeforeItsFirstStep_whoseRecordIsForgotten_commitsNothing(boolean executedElsewhere) {
    server.arrive(ID);
    HandlerByHand zombie = steps.handler();
    if (executedElsewhere) {
      steps.endLeases();
      start(Duration.ZERO).arrive(ID);
      steps.handler().step("take").join();
      steps.handler().answer(5);
    }
    steps.endLeases();
    forgetOnRequest();

    CompletableFuture<Balance> step = zombie.step("take");

    assertTrue(step.isCompletedExceptionally());
    assertEquals(executedElsewhere ? 1 : 0, steps.done("take"));
  }

  private void forgetOnRequest() {
    SeenRecord seen =
        steps
            .time
            .join(
                RecordInspector.of(steps.store, LedgerServer.RECORDS)
                    .look("", METHOD, RequestId.of(ID)))
            .orElseThrow();
    RecordResolver resolver = RecordResolver.of(steps.store, LedgerServer.RECORDS);
    assertEquals(Resolution.FORGOTTEN, steps.time.join(resolver.forget(seen, "it was a test")));
  }

  @Test
  void callsWithinSteps_bearTheTime_too() throws Exception {
    server.arrive(ID);
    assertEquals(Optional.of(START), called(Place.WITHIN_A_STEP).time());
  }

  /** Whatever became of the claim's commit: the time that counts is the one that is stored. */
  @ParameterizedTest
  @ValueSource(ints = {1021, 1031, 1039})
  void claimOfUnknownResult_isTheOneThatCounts(int code) throws Exception {
    steps.faults.onNextCommit(
        commit ->
            () ->
                commit
                    .commit()
                    .thenCompose(
                        done -> {
                          steps.time.advance(Duration.ofSeconds(1));
                          return CompletableFuture.failedFuture(FaultyDatabase.error(code));
                        }));
    server.arrive(ID);
    steps.time.advance(Duration.ofSeconds(1));
    RequestId first = called(Place.BEFORE_THE_FIRST_STEP);

    steps.time.advance(OUTAGE);
    resume();

    assertEquals(first, called(Place.BEFORE_THE_FIRST_STEP));
    assertEquals(Optional.of(START), first.time());
  }

  @OnEngineOnly("a back-off in virtual time")
  @Test
  void claimThatWasDropped_isMadeAgain_beforeTheHandlerIsExecuted() throws Exception {
    steps.faults.dropNextCommit(1020);
    server.arrive(ID);
    assertEquals(0, steps.handlers().size());
    steps.time.advance(Duration.ofSeconds(1));

    RequestId first = called(Place.BEFORE_THE_FIRST_STEP);
    assertEquals(1, steps.inProgress());
    steps.time.advance(OUTAGE);
    resume();
    assertEquals(first, called(Place.BEFORE_THE_FIRST_STEP));
  }

  /** Its claim is in the store before anything was done. */
  @Test
  void operationWhoseHandlerFailsAtOnce_isExecutedOnceMore_underTheSameCalls() throws Exception {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    RequestId first = called(Place.BEFORE_THE_FIRST_STEP);
    steps.time.advance(Duration.ofHours(1));
    steps.handler().fail(Status.UNAVAILABLE);
    call.end();

    OpenCall<AddRequest, Balance> again = server.arrive(ID);

    assertEquals(first, called(Place.BEFORE_THE_FIRST_STEP));
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, again.code());
    assertEquals(0, steps.inProgress());
  }

  @Test
  void clientThatLeavesBeforeTheClaim_leavesNothing() {
    CompletableFuture<Void> held = steps.future();
    steps.faults.answerWhen(held);
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    call.end();
    held.complete(null);

    assertEquals(0, steps.handlers().size());
    assertEquals(0, steps.inProgress());
    assertTrue(server.isIdle());
  }

  /** What a time-bearing ID's calls bear is its own time. */
  @Test
  void timeBearingId_isNotClaimedAhead() throws Exception {
    Instant made = START.minusSeconds(60);
    server.arrive(RequestId.random(() -> made, UUID::randomUUID).value());

    assertEquals(0, steps.faults.commits());
    assertEquals(Optional.of(made), called(Place.BEFORE_THE_FIRST_STEP).time());
  }
}
