package io.github.grpconce.server;

import static io.github.grpconce.server.HandlerByHand.CANCELLED;
import static io.github.grpconce.server.StepsByHand.LEASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Executions in steps that go on although their lease is over, and another server has taken over:
 * stage by stage, in one thread.
 */
@StoreTest
class StepsZombiesTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final StepsByHand.Node server = steps.start();
  private OpenCall<AddRequest, Balance> call;
  private HandlerByHand zombie;
  private HandlerByHand successor;

  @BeforeEach
  void takeOver() {
    call = server.arrive(ID);
    zombie = executing();
    steps.endLeases();
    steps.start().arrive(ID);
    successor = executing();
  }

  /** The execution that was begun last, with its first step done. */
  private HandlerByHand executing() {
    HandlerByHand handler = steps.handler();
    handler.step("take").join();
    return handler;
  }

  private static void assertAnswered(long amount, OpenCall<AddRequest, Balance> call) {
    assertEquals(Status.Code.OK, call.code());
    assertEquals(amount, call.answer().getAmount());
  }

  @Test
  void zombie_learnsOfItByItsHeartbeat_andItsAttemptGetsTheOthersAnswer() {
    server.scheduler.advance(LEASE.dividedBy(2));

    assertEquals(List.of(CANCELLED), zombie.told());
    assertTrue(zombie.context().isCancelled());
    assertEquals(2, steps.lease(ID).getToken());
    assertFalse(call.isAnswered());
    successor.answer(5);
    assertAnswered(5, call);
    assertTrue(call.isReplayed());
    call.end();
    assertTrue(server.isIdle());
  }

  @Test
  void zombieThatAnswersWithoutAnotherStep_isNotBelieved() {
    zombie.answer(666);

    assertFalse(call.isAnswered());
    assertEquals(List.of(CANCELLED), zombie.told());
    successor.answer(5);
    assertAnswered(5, call);
    assertEquals(1, steps.done("take"));
  }

  @Test
  void zombieThatFails_leavesItsSuccessorTheLease() {
    zombie.fail(Status.UNAVAILABLE);

    assertEquals(Status.Code.UNAVAILABLE, call.code());
    assertEquals(2, steps.lease(ID).getToken());
    assertFalse(steps.lease(ID).getReleased());
    successor.answer(5);
    assertAnswered(5, server.arrive(ID));
  }

  @Test
  void zombieThatNobodyWaitsFor_looksForNothingMore() {
    call.end();
    int commits = steps.faults.commits();

    server.scheduler.advance(LEASE.dividedBy(2));

    assertEquals(List.of(CANCELLED), zombie.told());
    assertEquals(commits, steps.faults.commits());
    assertTrue(server.isIdle());
    successor.answer(5);
  }

  @Test
  void zombieThatNobodyWaitsFor_answersInVain() {
    call.end();
    int commits = steps.faults.commits();

    zombie.answer(666);

    assertEquals(List.of(CANCELLED), zombie.told());
    assertEquals(commits, steps.faults.commits());
    assertTrue(server.isIdle());
    successor.answer(5);
  }
}
