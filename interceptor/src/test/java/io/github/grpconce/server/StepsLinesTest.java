package io.github.grpconce.server;

import static io.github.grpconce.server.StepsByHand.LEASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.Guard;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.operator.ExecutionInProgress;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What operators hear of calls in steps; in one thread. */
@StoreTest
class StepsLinesTest {

  private static final String ID = RequestId.random().value();
  private static final String TRANSFER = StepsServiceGrpc.getTransferMethod().getFullMethodName();
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** One that nobody has begun anything of. */
  private static final MethodDescriptor<AddRequest, Balance> OTHER =
      StepsServiceGrpc.getTransferMethod().toBuilder()
          .setFullMethodName("test.Other/Transfer")
          .setSchemaDescriptor(null)
          .build();

  @AutoClose private final StepsByHand steps = new StepsByHand();
  @AutoClose private final LogCapture log = LogCapture.start();

  private void assertTold(String... lines) {
    assertEquals(List.of(lines), log.seenOf(SeldomLog.class));
  }

  /** A server begins, does a step and is never heard of again. */
  private void beginAndDie() {
    steps.start().arrive(ID);
    steps.handler().step("take").join();
    steps.endLeases();
  }

  private ExecutionInProgress listed() {
    RecordInspector inspector = RecordInspector.of(steps.store, LedgerServer.RECORDS);
    List<ExecutionInProgress> all = steps.time.join(inspector.executionsInProgress(10));
    assertEquals(1, all.size());
    return all.get(0);
  }

  @Test
  void executionThatIsResumed_orTakenOver_isToldOf() {
    beginAndDie();
    StepsByHand.Node server = steps.start();
    server.scheduler.advance(LEASE);
    assertTold(LogLine.RESUMED.with(TRANSFER));

    steps.endLeases();
    steps.start().arrive(ID);
    assertTold(LogLine.RESUMED.with(TRANSFER), LogLine.TAKEN_OVER.with(TRANSFER));
  }

  /** It is looked at again, and is what it would have been. */
  @Test
  void claimThatLandsUnknown_isToldOfIfItIsATakeover() {
    StepsByHand.Node server = steps.start();
    steps.faults.landNextCommit(1021);
    server.arrive("opaque");
    steps.time.advance(Duration.ofSeconds(1));
    steps.handler().answer(5);
    assertTold();

    beginAndDie();
    steps.faults.landNextCommit(1021);
    steps.start().arrive(ID);
    steps.time.advance(Duration.ofSeconds(1));
    assertTold(LogLine.TAKEN_OVER.with(TRANSFER));
  }

  @Test
  void stepThatConflicts_isToldOfFromTheEleventhExecutionOn() {
    steps.start().arrive(ID);
    CompletableFuture<Balance> done = conflict("take", 9);
    assertTold();
    done.join();
    conflict("give", 11).join();

    assertTold(
        LogLine.MANY_EXECUTIONS.with(
            "step", TRANSFER, 10, "conflicts or other errors of the store"));
    assertEquals(1, steps.done("give"));
    steps.handler().answer(5);
  }

  private CompletableFuture<Balance> conflict(String label, int times) {
    for (int i = 0; i < times; i++) {
      steps.faults.dropNextCommit(1020);
    }
    CompletableFuture<Balance> done = steps.handler().step(label);
    steps.time.advance(LEASE.dividedBy(2));
    return done;
  }

  @Test
  void stepThatIsTooSlowAtEveryTry_isToldOf() {
    OpenCall<AddRequest, Balance> call = steps.start().arrive(ID);
    for (int i = 0; i < 3; i++) {
      steps.faults.dropNextCommit(1007);
    }
    Throwable failure = steps.handler().step("take").handle((done, why) -> why).join();
    steps.handler().fail(Status.fromThrowable(failure).withCause(failure));
    call.end();

    assertTold(LogLine.TOO_SLOW.with(TRANSFER));
  }

  @Test
  void responseThatCannotBeRecorded_isToldOf() {
    OpenCall<AddRequest, Balance> call =
        steps.start(options -> options.maxResponseBytes(1)).arrive(ID);
    steps.handler().answer(5);
    call.end();

    assertTold(LogLine.RESPONSE_TOO_LARGE.with(TRANSFER));
  }

  /** Otherwise it would seem to have died with its server. */
  @Test
  void executionThatDoesNotEndInItsTime_isToldOf_andNotedAsThat() {
    StepsByHand.Node server =
        steps.start(options -> options.warnUnansweredAfter(LIMIT.plus(LIMIT)));
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    call.end();
    assertEquals(1, steps.inProgress());
    renewWhile(server, LIMIT);

    assertTold(LogLine.OUT_OF_TIME.with(TRANSFER));
    assertEquals(List.of(HandlerByHand.CANCELLED), steps.handler().told());
    assertEquals(1, listed().failures());
    assertEquals(
        Status.Code.DEADLINE_EXCEEDED.value(), listed().lastFailure().orElseThrow().code());
    assertEquals(ExecutionInProgress.State.WAITING, listed().state());
  }

  @Test
  void executionThatIsStalledByNotEndingInItsTime_isToldOf_andCounted() {
    StepsByHand.Node server =
        steps.start(options -> options.warnUnansweredAfter(LIMIT.plus(LIMIT)).stalledAfter(1));
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    call.end();
    renewWhile(server, LIMIT);

    assertTold(LogLine.OUT_OF_TIME.with(TRANSFER), LogLine.STALLED.with(TRANSFER));
    assertEquals(1, server.guard.stalledExecutions());
    assertEquals(ExecutionInProgress.State.STALLED, listed().state());
  }

  /** Lets time pass, for the store as well as for the server. */
  private void renewWhile(StepsByHand.Node server, Duration duration) {
    Duration beat = LEASE.dividedBy(3);
    for (Duration passed = Duration.ZERO;
        passed.compareTo(duration.plus(beat)) < 0;
        passed = passed.plus(beat)) {
      steps.time.advance(beat);
      server.scheduler.advance(beat);
    }
  }

  @Test
  void executionThatDoesNotAnswer_isToldOf() {
    StepsByHand.Node server = steps.start();
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    server.scheduler.advance(Duration.ofSeconds(30).minusNanos(1));
    assertTold();
    server.scheduler.advance(Duration.ofNanos(1));

    assertTold(LogLine.UNANSWERED.with(TRANSFER, "30.0"));
    steps.handler().answer(5);
    call.end();
  }

  @Test
  void leaseThatCannotBeRenewed_isToldOf() {
    StepsByHand.Node server = steps.start();
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    steps.faults.becomeUnreachable();
    server.scheduler.advance(LEASE.dividedBy(3).plusNanos(1));
    steps.faults.becomeReachable();

    assertTold(LogLine.LEASE_NOT_RENEWED.with(TRANSFER, "FoundationDB error 1031 (error 1031)"));
    steps.handler().answer(5);
    call.end();
  }

  /** Once for all rounds, and without a trace. */
  @Test
  void serverThatCannotLookForExecutions_saysSo() {
    beginAndDie();
    StepsByHand.Node server = steps.start();
    steps.faults.becomeUnreachable();
    server.scheduler.advance(LEASE.multipliedBy(3));
    steps.faults.becomeReachable();

    assertTold(LogLine.NOT_LOOKED_FOR.with("FoundationDB error 1031 (error 1031)"));
    assertFalse(log.seen().toString().contains("\tat "), log.seen()::toString);
  }

  /** That is no failure of the execution's. */
  @OnEngineOnly("a fault plan")
  @Test
  void executionThatTheStoreDoesNotReadForTheMoment_isNotSetBack() {
    beginAndDie();
    StepsByHand.Node server = steps.start();
    // The second transaction reads what is to be resumed.
    steps.plan.at(FaultPlan.Step.READ_VERSION).skip(1).once().inject(Fault.error(1510));
    server.scheduler.advance(LEASE);

    List<String> told = log.seenOf(SeldomLog.class);
    assertEquals(1, told.size(), told::toString);
    assertTrue(told.get(0).contains("FoundationDB error 1510"), told.get(0));
    assertEquals(0, listed().failures());
  }

  @Test
  void executionOfAMethodThatNobodyHas_isToldOf() {
    beginAndDie();
    ManualScheduler scheduler = new ManualScheduler();
    IdempotencyServerInterceptor guard =
        IdempotencyServerInterceptor.newBuilder(steps.faults.database(), LedgerServer.RECORDS)
            .scheduler(scheduler.service())
            .executor(Runnable::run)
            .lease(LEASE)
            .guard(OTHER, Guard.steps())
            .build();
    var unused = guard.guard(other());
    scheduler.advance(LEASE);

    assertTold(LogLine.LEFT_TO_OTHERS.with(TRANSFER));
  }

  private static ServerServiceDefinition other() {
    return ServerServiceDefinition.builder("test.Other")
        .addMethod(OTHER, ServerCalls.asyncUnaryCall((request, observer) -> {}))
        .build();
  }

  @Test
  void executionForWhichThereIsNoRoom_isToldOf() {
    beginAndDie();
    steps.start(options -> options.maxBufferedBytes(1)).scheduler.advance(LEASE);

    assertTold(LogLine.NO_ROOM_TO_RESUME.with(TRANSFER));
  }

  @Test
  void schedulerThatTakesNoTasks_isToldOf() {
    ScheduledExecutorService down = Executors.newSingleThreadScheduledExecutor();
    down.shutdownNow();
    steps.start(options -> options.scheduler(down));

    assertTold(LogLine.RECOVERY_ENDED.with());
  }

  @Test
  void subspaceThatNobodySweeps_isToldOf() {
    StepsByHand.Node server = steps.start();
    server.arrive(ID);
    steps.handler().answer(5);
    steps.time.advance(Duration.ofHours(25));
    server.arrive(RequestId.random().value());
    steps.handler().answer(5);

    assertTold(LogLine.NEGLECTED.with("\\x02records\\x00"));
  }
}
