package io.github.grpconce.server;

import static io.github.grpconce.operator.ExecutionInProgress.State.STALLED;
import static io.github.grpconce.operator.ExecutionInProgress.State.WAITING;
import static io.github.grpconce.server.StepsByHand.LEASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.operator.ExecutionInProgress;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RecordResolver;
import io.github.grpconce.operator.Resolution;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Executions that fail again and again: in one thread. */
@StoreTest
class StepsStalledTest {

  private static final String ID = RequestId.random().value();
  private static final int MOST = 4;
  private static final Duration FAR = Duration.ofHours(1);

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final RecordInspector inspector = RecordInspector.of(steps.store, LedgerServer.RECORDS);
  private final RecordResolver resolver = RecordResolver.of(steps.store, LedgerServer.RECORDS);
  private final StepsByHand.Node server = start();

  private StepsByHand.Node start() {
    return steps.start(options -> options.stalledAfter(MOST));
  }

  /** An attempt's execution does a step, and fails. */
  private void failFirst() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    steps.handler().fail(Status.UNAVAILABLE);
    call.end();
  }

  private static void lookForWork(StepsByHand.Node node) {
    node.scheduler.advance(LEASE);
  }

  private ExecutionInProgress listed() {
    List<ExecutionInProgress> all = steps.time.join(inspector.executionsInProgress(10));
    assertEquals(1, all.size());
    return all.get(0);
  }

  private void stall() {
    failFirst();
    for (int i = 1; i < MOST; i++) {
      failResumed();
    }
  }

  /** It is due, is resumed, and fails. */
  private void failResumed() {
    steps.time.advance(FAR);
    lookForWork(server);
    steps.handler().step("take").join();
    steps
        .handler()
        .fail(
            Status.INTERNAL.withCause(
                new CompletionException(new IllegalStateException("s3cr3t"))));
  }

  @Test
  void executionThatFailsTooOften_isStalled_toldOnce_counted_andShown() {
    try (LogCapture log = LogCapture.start()) {
      stall();
      steps.time.advance(FAR);
      lookForWork(server);
      lookForWork(start());

      assertEquals(MOST, steps.handlers().size());
      assertEquals(1, server.guard.stalledExecutions());
      List<String> told = log.seen().stream().filter(line -> line.contains("stalled")).toList();
      assertEquals(1, told.size(), told::toString);
      assertFalse(log.seen().toString().contains(ID), log.seen()::toString);
      assertFalse(log.seen().toString().contains("s3cr3t"), log.seen()::toString);
    }
    ExecutionInProgress shown = listed();
    assertEquals(STALLED, shown.state());
    assertEquals(MOST, shown.executions());
    assertEquals(MOST, shown.failures());
    assertTrue(shown.age().compareTo(FAR) > 0);
    ExecutionInProgress.LastFailure last = shown.lastFailure().orElseThrow();
    assertEquals(Status.Code.INTERNAL.value(), last.code());
    assertEquals("java.lang.IllegalStateException", last.exception());
    assertEquals(FAR.toMinutes(), last.age().plusSeconds(1).toMinutes());
  }

  @Test
  void resumedExecutionThatFails_leavesOneLine_andNoTrace() {
    failFirst();
    try (LogCapture log = LogCapture.start()) {
      failResumed();
      failResumed();

      List<String> told = log.seen().stream().filter(line -> line.contains("failed")).toList();
      assertEquals(1, told.size(), told::toString);
      assertTrue(
          told.get(0).contains("INTERNAL (java.lang.IllegalStateException), failure 2 in a row"));
    }
  }

  @Test
  void stalledExecution_isResumedByAnAttempt() {
    stall();

    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().answer(5);

    assertEquals(Status.Code.OK, call.code());
    assertEquals(0, steps.inProgress());
    assertEquals(1, steps.done("take"));
  }

  /** Otherwise one failure would be reported for each attempt that tries. */
  @Test
  void stalledExecutionThatAnAttemptFailsToFinish_staysStalled_andIsNotToldOfAgain() {
    stall();
    server.arrive(ID).end();
    steps.handler().step("take").join();
    steps.handler().fail(Status.UNAVAILABLE);

    assertEquals(STALLED, listed().state());
    assertEquals(MOST + 1, listed().failures());
    assertEquals(1, server.guard.stalledExecutions());
  }

  @Test
  void stalledExecution_isResumedByTheServer_onceAnOperatorSaysSo() {
    stall();

    assertEquals(
        Resolution.RESUMABLE,
        steps.time.join(resolver.resumeNow(listed().seen(), "the cause is gone")));
    assertEquals(WAITING, listed().state());
    steps.time.advance(Duration.ofMillis(1));
    lookForWork(server);
    assertEquals(MOST + 1, steps.handlers().size());
    steps.handler().answer(5);

    assertEquals(0, steps.inProgress());
    assertEquals(1, steps.done("take"));
  }

  @Test
  void executionsThatAreNeverHeardOfAgain_areFailures_too() {
    server.arrive(ID);
    steps.handler().step("take").join();
    // Each server dies when it has taken over: nobody lets its time pass.
    for (int i = 1; i < MOST; i++) {
      steps.time.advance(FAR);
      lookForWork(start());
      assertEquals(i + 1, steps.handlers().size());
      assertEquals(i, listed().failures());
    }
    steps.time.advance(FAR);
    StepsByHand.Node last = start();
    lookForWork(last);
    lookForWork(last);

    assertEquals(MOST, steps.handlers().size());
    assertEquals(STALLED, listed().state());
    assertEquals(0, listed().lastFailure().orElseThrow().code());
    assertEquals(1, last.guard.stalledExecutions());
  }

  @Test
  void stallThatLandsUnknown_isCountedAllTheSame() {
    server.arrive(ID);
    steps.handler().step("take").join();
    for (int i = 1; i < MOST; i++) {
      steps.time.advance(FAR);
      lookForWork(start());
    }
    steps.time.advance(FAR);
    StepsByHand.Node last = start();
    steps.faults.landNextCommit(1021);
    lookForWork(last);
    steps.time.advance(Duration.ofSeconds(1));

    assertEquals(1, last.guard.stalledExecutions());
    assertEquals(MOST, listed().failures());
  }

  /** Where the store doesn't say whether a failure was noted, it is looked at again. */
  @Test
  void failureWhoseNoteLandsUnknown_isCountedOnce() {
    failFirst();
    steps.time.advance(FAR);
    lookForWork(server);
    steps.handler().step("take").join();
    steps.faults.landNextCommit(1021);
    steps.handler().fail(Status.UNAVAILABLE);
    steps.time.advance(Duration.ofSeconds(1));

    assertEquals(2, listed().failures());
    assertEquals(WAITING, listed().state());
  }

  /** It is on its way, if slowly. */
  @Test
  void executionThatDoesAnotherStepEachTime_isNeverStalled() {
    failFirst();
    for (int i = 0; i < 2 * MOST; i++) {
      steps.time.advance(FAR);
      lookForWork(server);
      steps.handler().step("step " + i).join();
      steps.handler().fail(Status.UNAVAILABLE);
      assertEquals(1, listed().failures());
    }
    assertEquals(2 * MOST + 1, steps.handlers().size());
  }

  @Test
  void backOff_isStored_andHoldsForAServerThatHasJustStarted() {
    failFirst();
    failResumed();
    failResumed();
    Duration rest = LEASE.multipliedBy(4);
    assertEquals(rest.toMillis(), steps.lease(ID).getRestMillis());

    steps.time.advance(rest.minusSeconds(1));
    lookForWork(start());
    assertEquals(3, steps.handlers().size());
    steps.time.advance(Duration.ofSeconds(2));
    lookForWork(start());
    assertEquals(4, steps.handlers().size());
  }

  /** Its lease is given up by then, and yet it is not this server's turn. */
  @OnEngineOnly("a fault plan")
  @Test
  void executionThatFailsWhileAnotherServerIsAboutToResumeIt_isLeftAlone() {
    failFirst();
    steps.time.advance(FAR);
    StepsByHand.Node other = start();
    // The third transaction decides who executes.
    steps
        .plan
        .at(FaultPlan.Step.READ_VERSION)
        .skip(2)
        .once()
        .inject(Fault.latency(Duration.ofSeconds(1)));
    lookForWork(other);
    assertEquals(1, steps.handlers().size());
    lookForWork(server);
    assertEquals(2, steps.handlers().size());
    steps.handler().fail(Status.UNAVAILABLE);

    steps.time.advance(Duration.ofSeconds(2));

    assertEquals(2, steps.handlers().size());
    assertEquals(2, listed().failures());
  }

  @Test
  void execution_mustBeAllowedToFailOnce() {
    assertThrows(
        IllegalArgumentException.class, () -> steps.start(options -> options.stalledAfter(0)));
  }
}
