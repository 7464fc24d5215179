package io.github.grpconce.server;

import static io.github.grpconce.server.HandlerByHand.CANCELLED;
import static io.github.grpconce.server.HandlerByHand.COMPLETE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Attempts of one call in steps that come together, and that go away; in one thread. */
@StoreTest
class StepsAttemptsTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final StepsByHand.Node server = steps.start();
  private final StepsByHand.Node other = steps.start();
  private final CompletableFuture<Void> held = steps.future();

  /** An execution that has done its first step. */
  private HandlerByHand executing(StepsByHand.Node node) {
    node.arrive(ID);
    HandlerByHand handler = steps.handler();
    handler.step("take").join();
    return handler;
  }

  /** Ends an execution in a way that lets the next attempt go on at once. */
  private static void release(HandlerByHand handler) {
    handler.fail(Status.UNAVAILABLE);
  }

  private static void assertAnswered(long amount, OpenCall<AddRequest, Balance> call) {
    assertEquals(Status.Code.OK, call.code());
    assertEquals(amount, call.answer().getAmount());
  }

  @Test
  void firstAnswer_isNotMarkedAsReplayed_andItsHandlerIsToldThatItWasSent() {
    OpenCall<AddRequest, Balance> first = server.arrive(ID);
    steps.handler().step("take").join();
    steps.handler().answer(5);
    OpenCall<AddRequest, Balance> second = server.arrive(ID);

    assertAnswered(5, first);
    assertFalse(first.isReplayed());
    assertEquals(List.of(COMPLETE), steps.handler().told());
    assertTrue(steps.handler().context().isCancelled());
    assertAnswered(5, second);
    assertTrue(second.isReplayed());
    first.end();
    second.end();
    assertTrue(server.isIdle());
  }

  @Test
  void clientThatLeavesBeforeTheFirstStep_endsTheExecution() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    HandlerByHand handler = steps.handler();

    call.end();

    assertEquals(List.of(CANCELLED), handler.told());
    assertTrue(handler.context().isCancelled());
    assertTrue(server.isIdle());
    assertThrows(IllegalStateException.class, () -> handler.step("take"));
    assertEquals(List.of(), Ledger.contents(steps.store));
  }

  @Test
  void clientThatLeavesWhileTheFirstStepIsUnderWay_endsTheExecution() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    CompletableFuture<Balance> step = steps.handler().step("take", held);

    call.end();
    held.complete(null);

    assertTrue(step.isCompletedExceptionally());
    assertEquals(List.of(), Ledger.contents(steps.store));
    assertTrue(server.isIdle());
  }

  /** Nothing was to be done any more but to record what it said. */
  @Test
  void clientThatLeavesWhenTheHandlerHasAnswered_hasItToldThatItIsCancelled() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    HandlerByHand handler = steps.handler();
    steps.faults.onNextTransaction(call::end);

    handler.answer(5);

    assertEquals(List.of(CANCELLED), handler.told());
    assertTrue(handler.context().isCancelled());
    assertEquals(List.of(), Ledger.contents(steps.store));
    assertTrue(server.isIdle());
  }

  @Test
  void clientThatLeavesWhileItIsFoundThatOthersExecute_leavesNoWatch() {
    executing(server);
    steps.faults.onNextCommit(commit -> () -> held.thenCompose(go -> commit.commit()));
    OpenCall<AddRequest, Balance> duplicate = other.arrive(ID);
    assertEquals(1, steps.faults.watches());

    duplicate.end();
    held.complete(null);

    assertEquals(0, steps.faults.watches());
    assertTrue(other.isIdle());
    release(steps.handler());
  }

  @Test
  void clientThatLeavesBetweenTwoLooks_isLookedForNoMore() {
    executing(server);
    steps.faults.dropNextCommit(1020).backOffUntil(held);
    OpenCall<AddRequest, Balance> duplicate = other.arrive(ID);
    steps.time.advance(Duration.ofSeconds(1));
    int commits = steps.faults.commits();

    duplicate.end();
    held.complete(null);

    assertEquals(commits, steps.faults.commits());
    assertEquals(0, steps.faults.watches());
    assertTrue(other.isIdle());
    release(steps.handler());
  }

  /** Else it would keep others waiting for as long as a lease lasts, for nobody. */
  @Test
  void clientThatLeavesBeforeItHasTakenOver_takesNoLease() {
    release(executing(server));
    steps.faults.answerWhen(held);
    OpenCall<AddRequest, Balance> retry = other.arrive(ID);

    retry.end();
    held.complete(null);

    assertEquals(1, steps.lease(ID).getToken());
    assertTrue(steps.lease(ID).getReleased());
    assertEquals(1, steps.handlers().size());
    assertTrue(other.isIdle());
  }

  @Test
  void clientsThatLeaveAfterTheFirstStep_letTheExecutionRunToItsEnd() {
    OpenCall<AddRequest, Balance> first = server.arrive(ID);
    steps.handler().step("take").join();
    OpenCall<AddRequest, Balance> second = server.arrive(ID);

    first.end();
    second.end();
    steps.handler().step("give").join();
    steps.handler().answer(5);

    assertEquals(List.of(COMPLETE), steps.handler().told());
    assertEquals(1, steps.handlers().size());
    assertEquals(0, steps.inProgress());
    assertTrue(server.isIdle());
  }

  @Test
  void duplicateThatCanWaitNoLonger_leavesNothingBehind() {
    executing(server);

    OpenCall<AddRequest, Balance> duplicate = other.arrive(ID, Duration.ofMillis(200));

    assertEquals(Optional.of(ErrorReason.IN_PROGRESS), ErrorReason.of(duplicate.failure()));
    assertEquals(0, steps.faults.watches());
    duplicate.end();
    assertTrue(other.isIdle());
    release(steps.handler());
  }

  @Test
  void joinerThatCanWaitNoLonger_isAskedToComeAgain_andTheOthersGetTheAnswer() {
    executing(server);
    OpenCall<AddRequest, Balance> patient = other.arrive(ID, Duration.ofSeconds(30));
    OpenCall<AddRequest, Balance> hasty = other.arrive(ID, Duration.ofSeconds(1));

    other.scheduler.advance(Duration.ofMillis(800));
    assertEquals(Optional.of(ErrorReason.IN_PROGRESS), ErrorReason.of(hasty.failure()));
    assertFalse(patient.isAnswered());
    steps.handler().answer(5);

    assertAnswered(5, patient);
    assertTrue(patient.isReplayed());
    assertEquals(1, steps.handlers().size());
  }

  /** Another server may begin the same call, as long as neither has done a step. */
  @Test
  void executionWhoseFirstStepComesSecond_doesNothing_andItsAttemptWaitsForTheOther() {
    OpenCall<AddRequest, Balance> slow = server.arrive(ID);
    HandlerByHand late = steps.handler();
    HandlerByHand first = executing(other);

    CompletableFuture<Balance> step = late.step("take");

    assertTrue(step.isCompletedExceptionally());
    assertEquals(List.of(CANCELLED), late.told());
    assertFalse(slow.isAnswered());
    first.answer(5);
    assertAnswered(5, slow);
    assertEquals(1, steps.done("take"));
    assertEquals(2, steps.handlers().size());
  }

  /** The first try to take over came to nothing, and counts for nothing. */
  @Test
  void clientThatLeavesAfterAStepOfItsSecondTakeover_letsTheExecutionRunToItsEnd() {
    release(executing(server));
    StepsByHand.Node quicker = steps.start();
    steps.faults.onNextCommit(
        commit ->
            () -> {
              quicker.arrive(ID);
              return commit.commit();
            });
    OpenCall<AddRequest, Balance> call = other.arrive(ID);
    steps.time.advance(Duration.ofSeconds(1));
    assertEquals(2, steps.lease(ID).getToken());
    steps.endLeases();
    other.scheduler.advance(Duration.ofSeconds(1));
    assertEquals(3, steps.lease(ID).getToken());

    steps.handler().step("give").join();
    call.end();

    assertEquals(List.of(), steps.handler().told());
    steps.handler().answer(5);
    assertEquals(List.of(COMPLETE), steps.handler().told());
    assertEquals(0, steps.inProgress());
    assertTrue(other.isIdle());
  }
}
