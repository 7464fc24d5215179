package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Steps that take longer than their transactions live, or conflict for longer than that. */
@OnEngineOnly("timeouts in virtual time")
class SlowStepsTest {

  private static final String ID = RequestId.random().value();
  private static final byte[] KEY = {'k'};

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final OpenCall<AddRequest, Balance> call =
      steps.start(options -> options.ticker(steps.time::nanoTime)).arrive(ID);

  /** What each try of the step has, and what ends its function. */
  private record Try(Transaction transaction, CompletableFuture<Balance> end) {

    void finish() {
      end.complete(Balance.getDefaultInstance());
    }
  }

  private final List<Try> tries = new ArrayList<>();

  private CompletableFuture<Balance> begin() {
    HandlerByHand handler = steps.handler();
    Context previous = handler.context().attach();
    try {
      return handler.call().stepAsync("slow", Balance.parser(), this::tried);
    } finally {
      handler.context().detach(previous);
    }
  }

  private CompletableFuture<Balance> tried(Transaction transaction) {
    Transfers.add(transaction, "slow", 1);
    Try next = new Try(transaction, steps.future());
    tries.add(next);
    return next.end();
  }

  private static FDBException failureOf(CompletableFuture<?> step) {
    return (FDBException) assertThrows(CompletionException.class, step::join).getCause();
  }

  private void assertRefused(ErrorReason reason, FDBException failure) {
    steps.handler().fail(Status.UNKNOWN.withCause(failure));

    assertEquals(Optional.of(reason), ErrorReason.of(call.failure()));
    assertEquals(0, steps.done("slow"));
    assertEquals(3, tries.size());
  }

  private void assertTooOld(Duration each) {
    CompletableFuture<Balance> step = begin();
    for (int i = 0; i < 3; i++) {
      assertFalse(step.isDone());
      steps.time.advance(each);
      tries.get(i).finish();
    }

    FDBException failure = failureOf(step);
    assertEquals(1007, failure.getCode());
    assertRefused(ErrorReason.TRANSACTION_TOO_OLD, failure);
    String told = call.failure().getMessage();
    assertTrue(told.contains("a step's transaction was older than"), told);
  }

  @Test
  void stepThatOutlivesItsTransaction_isTooOld() {
    assertTooOld(Duration.ofSeconds(6));
  }

  @Test
  void stepThatOutlivesTheStoresTimeout_isTooOld() {
    assertTooOld(Duration.ofSeconds(11));
  }

  /** It was in time itself. */
  @Test
  void stepWhoseCommitTakesTheTime_findsTheStoreUnavailable() {
    CompletableFuture<Balance> step = begin();
    for (int i = 0; i < 3; i++) {
      steps.faults.onNextCommit(
          commit ->
              () -> {
                steps.time.advance(Duration.ofSeconds(7));
                return commit.commit();
              });
      steps.time.advance(Duration.ofSeconds(4));
      tries.get(i).finish();
    }

    FDBException failure = failureOf(step);
    assertEquals(1031, failure.getCode());
    assertRefused(ErrorReason.STORE_UNAVAILABLE, failure);
  }

  /** What an earlier try took isn't what this one has failed with. */
  @Test
  void stepWhoseNextTryTheStoreDoesNotBegin_findsTheStoreUnavailable() {
    CompletableFuture<Balance> step = begin();
    steps.time.advance(Duration.ofSeconds(6));
    steps.plan.unreach();
    tries.get(0).finish();
    steps.time.advance(Duration.ofMinutes(1));
    steps.plan.reach();

    assertEquals(1031, failureOf(step).getCode());
    assertEquals(1, tries.size());
    steps.handler().fail(Status.UNAVAILABLE);
  }

  /** Before API version 610, a transaction has no timeout any more once it has met an error. */
  @Test
  void storesTimeout_holdsAfterAnErrorToo_whateverTheApisVersion() {
    steps.faults.forgetTimeouts();
    steps.faults.dropNextCommit(1020);
    CompletableFuture<Balance> step = begin();
    tries.get(0).finish();
    steps.time.advance(Duration.ofSeconds(1));

    steps.time.advance(Duration.ofSeconds(11));

    assertEquals(1031, failureOf(tries.get(1).transaction().get(KEY)).getCode());
    tries.get(1).finish();
    tries.get(2).finish();
    assertEquals(Balance.getDefaultInstance(), step.join());
    steps.handler().answer(5);
  }

  @Test
  void stepThatConflictsForLongerThanTheTimeout_isTriedForAsLongAsSomebodyWaits() {
    CompletableFuture<Balance> step = begin();
    for (int i = 0; i < 12; i++) {
      steps.faults.dropNextCommit(1020);
      steps.time.advance(Duration.ofSeconds(3));
      tries.get(i).finish();
      steps.time.advance(Duration.ofSeconds(1));
    }

    tries.get(12).finish();

    assertEquals(Balance.getDefaultInstance(), step.join());
    assertEquals(1, steps.done("slow"));
    steps.handler().answer(5);
  }

  /** It was in time in between, and whatever it met then is no fault of its own. */
  @Test
  void stepThatIsSlowNowAndThen_isTriedAgain() {
    CompletableFuture<Balance> step = begin();
    for (int i = 0; i < 6; i++) {
      boolean slow = i != 2 && i != 5;
      steps.time.advance(Duration.ofSeconds(slow ? 6 : 1));
      if (i == 2) {
        steps.faults.dropNextCommit(1020);
      }
      tries.get(i).finish();
      steps.time.advance(Duration.ofSeconds(1));
    }

    assertEquals(Balance.getDefaultInstance(), step.join());
    assertEquals(1, steps.done("slow"));
    steps.handler().answer(5);
  }
}
