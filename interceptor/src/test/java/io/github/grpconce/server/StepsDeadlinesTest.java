package io.github.grpconce.server;

import static io.github.grpconce.server.HandlerByHand.CANCELLED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts with different deadlines that wait for one execution in steps. */
@StoreTest
class StepsDeadlinesTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final StepsByHand.Node server = steps.start();
  private final CompletableFuture<Void> held = steps.future();

  private OpenCall<AddRequest, Balance> arrive(long seconds) {
    return server.arrive(ID, Duration.ofSeconds(seconds));
  }

  private void pass(long seconds) {
    server.scheduler.advance(Duration.ofSeconds(seconds));
  }

  private static long secondsLeft(HandlerByHand handler) {
    return handler.context().getDeadline().timeRemaining(TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({"3,7", "7,3"})
  void execution_hasTheTimeOfThoseWhoWaitLongest(long first, long second) {
    steps.faults.answerWhen(held);
    arrive(first);
    arrive(second);
    held.complete(null);

    assertEquals(1, steps.handlers().size());
    assertEquals(7, secondsLeft(steps.handler()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void execution_hasNoDeadlineIfSomebodyWhoWaitsHasNone(boolean first) {
    steps.faults.answerWhen(held);
    OpenCall<AddRequest, Balance> one = first ? server.arrive(ID) : arrive(3);
    OpenCall<AddRequest, Balance> another = first ? arrive(3) : server.arrive(ID);
    held.complete(null);

    assertNull(steps.handler().context().getDeadline());
    steps.handler().answer(5);
    assertTrue(one.isAnswered() && another.isAnswered());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void executionThatRunsOutOfTime_isRepeatedForThoseWhoHaveMore(boolean afterAStep) {
    OpenCall<AddRequest, Balance> hasty = arrive(1);
    OpenCall<AddRequest, Balance> patient = arrive(10);
    HandlerByHand first = steps.handler();
    if (afterAStep) {
      first.step("take").join();
    }

    pass(2);
    first.fail(Status.DEADLINE_EXCEEDED);

    assertEquals(List.of(CANCELLED), first.told());
    assertEquals(2, steps.handlers().size());
    assertFalse(patient.isAnswered());
    assertEquals(8, secondsLeft(steps.handler()));
    steps.handler().step("take").join();
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, patient.code());
    assertEquals(Status.Code.DEADLINE_EXCEEDED, hasty.code());
    assertEquals(1, steps.done("take"));
  }

  @Test
  void executionThatRunsOutOfTime_isRepeatedForThoseWhoHaveAnyTime() {
    arrive(1);
    server.arrive(ID);

    pass(2);
    steps.handler().fail(Status.DEADLINE_EXCEEDED);

    assertEquals(2, steps.handlers().size());
    assertNull(steps.handler().context().getDeadline());
  }

  @Test
  void executionThatFailsInTime_isNotRepeated() {
    OpenCall<AddRequest, Balance> hasty = arrive(1);
    OpenCall<AddRequest, Balance> patient = arrive(10);

    steps.handler().fail(Status.DEADLINE_EXCEEDED);

    assertEquals(Status.Code.DEADLINE_EXCEEDED, hasty.code());
    assertEquals(Status.Code.DEADLINE_EXCEEDED, patient.code());
    assertEquals(1, steps.handlers().size());
  }

  @Test
  void executionOfTheLongestDeadline_isNotRepeatedWhenThatIsOver() {
    OpenCall<AddRequest, Balance> only = arrive(1);

    pass(2);
    steps.handler().fail(Status.DEADLINE_EXCEEDED);

    assertEquals(Status.Code.DEADLINE_EXCEEDED, only.code());
    assertEquals(1, steps.handlers().size());
  }

  @Test
  void stepAfterTheDeadline_failsAsTheCallDoes() {
    arrive(1);
    steps.handler().step("before").join();
    pass(2);

    CompletableFuture<Balance> step = steps.handler().step("take");

    CompletionException failure = assertThrows(CompletionException.class, step::join);
    assertEquals(Status.Code.DEADLINE_EXCEEDED, Status.fromThrowable(failure.getCause()).getCode());
    assertEquals(0, steps.done("take"));
  }

  /** The server resumes it for its own sake: nobody's haste may end it. */
  @Test
  void executionThatIsResumed_hasTheServersTime_whoeverJoinsIt() {
    arrive(60);
    steps.handler().step("take").join();
    steps.handler().fail(Status.UNAVAILABLE);
    steps.endLeases();
    steps.faults.onNextCommit(commit -> () -> held.thenCompose(go -> commit.commit()));
    server.scheduler.advance(StepsByHand.LEASE);
    OpenCall<AddRequest, Balance> joiner = arrive(3);

    held.complete(null);

    assertEquals(2, steps.handlers().size());
    assertNull(steps.handler().context().getDeadline());
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, joiner.code());
  }
}
