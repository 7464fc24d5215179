package io.github.grpconce.server;

import static io.github.grpconce.server.HandlerByHand.CANCELLED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long executions in steps keep others from taking over; in one thread. */
@StoreTest
class StepsLeasesTest {

  private static final String ID = RequestId.random().value();
  private static final String OPAQUE = "order-4711";
  private static final Duration BEAT = StepsByHand.LEASE.dividedBy(3);

  /** Its beats are few in a day, and none of them comes as a day ends. */
  private static final Duration LONG_LEASE = Duration.ofMinutes(7);

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final CompletableFuture<Void> held = steps.future();

  private long renewedAt() {
    return steps.lease(ID).getRenewedAtVersion();
  }

  /** Time passes everywhere. */
  private void pass(StepsByHand.Node server, Duration duration) {
    steps.time.advance(duration);
    server.scheduler.advance(duration);
  }

  @Test
  void heartbeat_keepsTheLeaseForAsLongAsTheHandlerTakes() {
    StepsByHand.Node server = steps.start();
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    for (int beat = 0; beat < 10; beat++) {
      long before = renewedAt();
      pass(server, BEAT);
      assertTrue(renewedAt() > before, "beat " + beat);
    }

    OpenCall<AddRequest, Balance> duplicate = steps.start().arrive(ID);
    steps.handler().answer(5);

    assertEquals(Status.Code.OK, call.code());
    assertEquals(Status.Code.OK, duplicate.code());
    assertEquals(1, steps.handlers().size());
  }

  @Test
  void handlerThatTakesItsTimeBeforeItsFirstStep_isNotDisturbed() {
    StepsByHand.Node server = steps.start();
    OpenCall<AddRequest, Balance> call = server.arrive(ID);

    pass(server, StepsByHand.LEASE.multipliedBy(2));
    steps.handler().step("take").join();
    long claimed = renewedAt();
    pass(server, BEAT);

    assertTrue(renewedAt() > claimed);
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, call.code());
    assertEquals(1, steps.handlers().size());
  }

  /** Its claim is in the store before the handler is executed, and is kept from then on. */
  @Test
  void claimThatIsMadeAhead_isKept_howeverLongTheFirstStepIsInComing() {
    StepsByHand.Node server = steps.start();
    OpenCall<AddRequest, Balance> call = server.arrive(OPAQUE);
    for (int beat = 0; beat < 10; beat++) {
      pass(server, BEAT);
    }

    OpenCall<AddRequest, Balance> duplicate = steps.start().arrive(OPAQUE);
    assertEquals(1, steps.handlers().size());
    steps.handler().answer(5);

    assertEquals(Status.Code.OK, call.code());
    assertEquals(Status.Code.OK, duplicate.code());
  }

  @Test
  void claimThatIsMadeAhead_isGivenUp_byWhoFailsBeforeTheFirstStep() {
    OpenCall<AddRequest, Balance> call = steps.start().arrive(OPAQUE);
    steps.handler().fail(Status.UNAVAILABLE);
    assertEquals(Status.Code.UNAVAILABLE, call.code());
    assertTrue(steps.lease(OPAQUE).getReleased());
    assertEquals(1, steps.lease(OPAQUE).getFailures());

    steps.start().arrive(OPAQUE);

    assertEquals(2, steps.handlers().size());
  }

  @Test
  void heartbeatThatFails_isTriedAgainAtTheNext() {
    StepsByHand.Node server = steps.start();
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    long before = renewedAt();
    steps.faults.dropNextCommit(1510);

    pass(server, BEAT);
    assertEquals(before, renewedAt());
    pass(server, BEAT);

    assertTrue(renewedAt() > before);
    assertEquals(List.of(), steps.handler().told());
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, call.code());
  }

  /** The outcome's commit takes the lease away, which is no reason to think it is lost. */
  @Test
  void heartbeatThatMeetsTheOutcome_changesNothing() {
    StepsByHand.Node server = steps.start();
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    steps.faults.onNextCommit(commit -> () -> held.thenCompose(go -> commit.commit()));
    pass(server, BEAT);
    steps.handler().answer(5);

    held.complete(null);
    steps.time.advance(Duration.ofSeconds(1));

    assertEquals(Status.Code.OK, call.code());
    assertFalse(call.isReplayed());
    assertEquals(1, steps.handlers().size());
    call.end();
    assertTrue(server.isIdle());
  }

  /** Else others would wait for an execution that has ended. */
  @Test
  void heartbeatThatIsTriedAgainWhenItsLeaseIsGivenUp_doesNotTakeItBack() {
    StepsByHand.Node server = steps.start();
    server.arrive(ID);
    steps.handler().step("take").join();
    steps.faults.dropNextCommit(1020).backOffUntil(held);
    pass(server, BEAT);
    steps.time.advance(Duration.ofSeconds(1));
    steps.handler().fail(Status.UNAVAILABLE);
    assertTrue(steps.lease(ID).getReleased());

    held.complete(null);

    assertTrue(steps.lease(ID).getReleased());
  }

  @Test
  void duplicateThatWaits_takesOverAsSoonAsTheLeaseIsOver() {
    steps.start().arrive(ID);
    steps.handler().step("take").join();
    steps.time.advance(StepsByHand.LEASE.minusMillis(100));
    StepsByHand.Node other = steps.start();
    OpenCall<AddRequest, Balance> duplicate = other.arrive(ID);

    pass(other, Duration.ofMillis(102));

    assertEquals(2, steps.handlers().size());
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, duplicate.code());
  }

  @Test
  void resumedExecutionThatDoesNotEndAtItsLimit_losesItsLease() {
    StepsByHand.Node server = steps.start(options -> options.recoveryLimit(Duration.ofSeconds(2)));
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    steps.handler().fail(Status.UNAVAILABLE);
    call.end();
    steps.endLeases();
    server.scheduler.advance(StepsByHand.LEASE);
    HandlerByHand resumed = steps.handler();
    assertEquals(2, steps.lease(ID).getToken());
    assertFalse(resumed.context().isCancelled());

    pass(server, Duration.ofSeconds(2));
    assertTrue(resumed.context().isCancelled());
    pass(server, BEAT);

    assertEquals(List.of(CANCELLED), resumed.told());
    assertTrue(steps.lease(ID).getReleased());
    assertEquals(2, steps.lease(ID).getFailures());
    assertTrue(server.isIdle());
  }

  /** Whoever waited for it has been told long before, and others must be able to go on with it. */
  @ParameterizedTest
  @CsvSource({"50,70", "70,50"})
  void executionWithoutADeadlineThatDoesNotEnd_renewsItsLeaseNoMore(int wait, int recovery) {
    StepsByHand.Node server =
        steps.start(
            options ->
                options
                    .maxWait(Duration.ofSeconds(wait))
                    .recoveryLimit(Duration.ofSeconds(recovery)));
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    HandlerByHand handler = steps.handler();
    handler.step("take").join();
    for (int i = 0; i < 69; i++) {
      pass(server, Duration.ofSeconds(1));
    }
    assertFalse(handler.context().isCancelled());
    pass(server, Duration.ofSeconds(1));
    assertTrue(handler.context().isCancelled());
    pass(server, BEAT);

    assertEquals(Status.Code.DEADLINE_EXCEEDED, call.code());
    assertEquals(List.of(CANCELLED), handler.told());
    long renewed = renewedAt();
    pass(server, BEAT);
    assertEquals(renewed, renewedAt());
    call.end();
    steps.endLeases();
    server.scheduler.advance(StepsByHand.LEASE);
    steps.handler().answer(5);
    assertEquals(0, steps.inProgress());
    assertEquals(1, steps.done("take"));
  }

  /** A client may have all the time in the world; others must be able to go on with its call. */
  @Test
  void executionWithADeadlineOfDaysThatDoesNotEnd_isRepeatedAfterOne() {
    StepsByHand.Node server = steps.start(options -> options.lease(LONG_LEASE));
    OpenCall<AddRequest, Balance> call = server.arrive(ID, Duration.ofDays(7));
    HandlerByHand hanging = steps.handler();
    hanging.step("take").join();

    server.scheduler.advance(Duration.ofDays(1).minusNanos(1));
    assertFalse(hanging.context().isCancelled());
    server.scheduler.advance(Duration.ofNanos(1));
    assertTrue(hanging.context().isCancelled());
    server.scheduler.advance(LONG_LEASE.dividedBy(3));
    assertEquals(List.of(CANCELLED), hanging.told());
    pass(server, LONG_LEASE.plusSeconds(1));

    assertEquals(2, steps.handlers().size());
    steps.handler().step("take").join();
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, call.code());
    assertEquals(1, steps.done("take"));
  }

  /** It is told at once, and need not be waited for. */
  @Test
  void executionWithADeadlineOfDaysThatEndsAfterOne_isRepeatedForWhoWaits() {
    StepsByHand.Node server = steps.start(options -> options.lease(LONG_LEASE));
    OpenCall<AddRequest, Balance> call = server.arrive(ID, Duration.ofDays(7));
    steps.handler().step("take").join();

    server.scheduler.advance(Duration.ofDays(1));
    steps.handler().fail(Status.CANCELLED);

    assertEquals(2, steps.handlers().size());
    assertFalse(call.isAnswered());
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, call.code());
  }

  @Test
  void executionThatNeverSucceeds_isLeftAloneForFiveMinutesAtMost() {
    StepsByHand.Node server = steps.start(options -> options.lease(Duration.ofSeconds(75)));
    for (int failures = 1; failures <= 5; failures++) {
      OpenCall<AddRequest, Balance> call = server.arrive(ID);
      steps.handler().step("take").join();
      steps.handler().fail(Status.UNAVAILABLE);
      call.end();
      assertEquals(
          List.of(75_000, 150_000, 300_000, 300_000, 300_000).get(failures - 1),
          steps.lease(ID).getRestMillis());
    }
    assertEquals(1, steps.done("take"));
  }

  /** As when the machine can't start another thread. */
  @Test
  void executorThatBreaksDown_leavesNoHeartbeat() {
    AtomicBoolean broken = new AtomicBoolean(true);
    StepsByHand.Node server =
        steps.start(
            options ->
                options.executor(
                    task -> {
                      if (broken.getAndSet(false)) {
                        throw new OutOfMemoryError("unable to create a thread");
                      }
                      task.run();
                    }));

    OpenCall<AddRequest, Balance> call = server.arrive(ID);

    assertEquals(Status.Code.INTERNAL, call.code());
    assertEquals(0, steps.handlers().size());
    call.end();
    assertTrue(server.isIdle());
  }
}
