package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.FDBException;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A store that is silent, or refuses a step, while a call in steps is executed. */
@StoreTest
class StepsStoreFaultsTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final StepsByHand.Node server =
      steps.start(options -> options.storeTimeout(Duration.ofSeconds(10)));

  /** What the store failed a step with. */
  private static FDBException failureOf(CompletableFuture<?> step) {
    CompletionException failure = assertThrows(CompletionException.class, step::join);
    return StoreError.causing(failure).orElseThrow().exception();
  }

  private static void assertUnavailable(OpenCall<?, ?> call) {
    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(call.failure()));
  }

  @OnEngineOnly("a fault plan")
  @Test
  void silentStore_isUnavailableAfterThreeTimeouts() {
    steps.plan.unreach();
    OpenCall<AddRequest, Balance> call = server.arrive(ID);

    steps.time.advance(Duration.ofMillis(29_999));
    assertFalse(call.isAnswered());
    steps.time.advance(Duration.ofMillis(1));

    assertUnavailable(call);
    assertEquals(0, steps.handlers().size());
    call.end();
    assertTrue(server.isIdle());
    steps.plan.reach();
  }

  /** It would not give the lease up either: whoever waits is told at once. */
  @OnEngineOnly("a fault plan")
  @Test
  void stepThatASilentStoreFails_isAnsweredWithoutAskingItAgain() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    steps.plan.unreach();
    CompletableFuture<Balance> step = steps.handler().step("give");
    steps.time.advance(Duration.ofSeconds(30));
    FDBException failure = failureOf(step);
    assertEquals(StoreError.TIMED_OUT, failure.getCode());

    steps.handler().fail(Status.UNKNOWN.withCause(failure));

    assertUnavailable(call);
    steps.plan.reach();
    assertFalse(steps.lease(ID).getReleased());
    assertEquals(0, steps.done("give"));
  }

  @Test
  void stepThatTheStoreRefuses_isToldAndTheLeaseGivenUp() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    steps.faults.dropNextCommit(1510);
    FDBException failure = failureOf(steps.handler().step("give"));
    assertEquals(1510, failure.getCode());

    steps.handler().fail(Status.UNKNOWN.withCause(failure));

    assertUnavailable(call);
    assertTrue(steps.lease(ID).getReleased());
    assertEquals(0, steps.done("give"));
  }

  @Test
  void stepThatCanNotGoOnAfterAConflict_leavesNoTransaction() {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.faults.dropNextCommit(1020);
    steps.faults.backOffUntil(CompletableFuture.failedFuture(FaultyDatabase.error(1510)));
    CompletableFuture<Balance> step = steps.handler().step("take");
    steps.time.advance(Duration.ofSeconds(1));

    assertEquals(1510, failureOf(step).getCode());
    assertEquals(0, steps.faults.openTransactions());
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, call.code());
  }
}
