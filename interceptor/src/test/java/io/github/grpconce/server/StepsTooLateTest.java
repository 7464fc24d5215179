package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Steps that handlers begin, or are still in, when their calls have been answered. */
@StoreTest
class StepsTooLateTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final StepsByHand.Node server = steps.start();
  private final CompletableFuture<Void> held = steps.future();

  private static void assertTold(Throwable failure) {
    assertEquals(IllegalStateException.class, failure.getClass());
    assertTrue(failure.getMessage().contains("has been answered"), failure.getMessage());
  }

  @Test
  void stepAfterTheAnswer_isToldSo() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().answer(5);

    assertTold(assertThrows(RuntimeException.class, () -> steps.handler().step("late")));

    assertEquals(Status.Code.OK, call.code());
    assertEquals(0, steps.done("late"));
  }

  @Test
  void stepAfterTheAnswerWhileThatIsBeingRecorded_isToldSo() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    steps.faults.onNextCommit(commit -> () -> held.thenCompose(go -> commit.commit()));
    steps.handler().answer(5);

    assertTold(assertThrows(RuntimeException.class, () -> steps.handler().step("late")));
    held.complete(null);

    assertEquals(Status.Code.OK, call.code());
    assertEquals(0, steps.done("late"));
  }

  @Test
  void stepAfterFinish_isToldSo_andTheAnswerStands() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    HandlerByHand handler = steps.handler();
    handler
        .call()
        .finishAsync(
            "give",
            transaction ->
                CompletableFuture.completedFuture(Balance.newBuilder().setAmount(5).build()))
        .join();

    assertTold(assertThrows(RuntimeException.class, () -> handler.step("late")));
    handler.answer(5);

    assertEquals(5, call.answer().getAmount());
    assertFalse(call.isReplayed());
    assertEquals(0, steps.done("late"));
  }

  /** The answer said that it has failed; meanwhile its lease is given up. */
  @Test
  void stepThatIsUnderWayWhenTheCallIsAnswered_doesNotTakeEffectLater() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    HandlerByHand handler = steps.handler();
    handler.step("take").join();
    CompletableFuture<Void> end = steps.future();
    CompletableFuture<Balance> step = handler.step("give", end);
    steps.faults.onNextCommit(commit -> () -> held.thenCompose(go -> commit.commit()));
    handler.answer(5);

    end.complete(null);
    assertTold(assertThrows(CompletionException.class, step::join).getCause());
    assertEquals(0, steps.done("give"));
    held.complete(null);

    assertEquals(Status.Code.INTERNAL, call.code());
    assertTrue(steps.lease(ID).getReleased());
  }
}
