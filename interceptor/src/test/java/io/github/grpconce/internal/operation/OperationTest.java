package io.github.grpconce.internal.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.Failures;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.internal.attempt.Attempt;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.internal.operation.Operation.Joined;
import io.github.grpconce.server.ManualScheduler;
import io.github.grpconce.server.OpenCall;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who waits for an operation, and when it is over: what calls can show only by chance. */
class OperationTest {

  private static final Answer<Balance> UNAVAILABLE =
      Answer.failure(Status.UNAVAILABLE, new Metadata());
  private static final Failures FAILURES =
      new Failures(new SeldomLog(System::nanoTime), "Add", Duration.ZERO);

  private final ManualScheduler time = new ManualScheduler();
  private final List<String> events = new ArrayList<>();
  private final Stages operation = new Stages();

  /** An operation that notes what it is told. */
  private final class Stages extends Operation<Balance> {

    Stages() {
      super(FAILURES, 1, over -> events.add("over"));
    }

    @Override
    public void begin() {
      events.add("begin");
    }

    @Override
    public void stop() {
      events.add("stop");
    }

    @Override
    public void end(Answer<Balance> answer) {
      finish(answer);
    }

    @Override
    public void overtaken() {
      events.add("overtaken");
    }
  }

  /** An attempt, and the call that it answers. */
  private record Waiting(Attempt<Balance> attempt, OpenCall<AddRequest, Balance> call) {}

  private static Waiting attempt() {
    OpenCall<AddRequest, Balance> call = OpenCall.unguarded(LedgerServiceGrpc.getAddMethod());
    return new Waiting(new Attempt<>(call, new CallMemory(1).share()), call);
  }

  private Waiting attempt(Deadline deadline) {
    Context own = Context.current().withDeadline(deadline, time.service());
    Context previous = own.attach();
    try {
      return attempt();
    } finally {
      own.detach(previous);
    }
  }

  private Deadline after(long seconds) {
    return Deadline.after(seconds, TimeUnit.SECONDS, time.ticker());
  }

  private Waiting joined(Waiting waiting) {
    assertEquals(Joined.YES, operation.join(waiting.attempt()));
    return waiting;
  }

  @Test
  void tooManyJoiners_areTurnedAway() {
    joined(attempt());
    joined(attempt());

    assertEquals(Joined.TOO_MANY, operation.join(attempt().attempt()));
  }

  @Test
  void operationThatEverybodyLeaves_isStopped_andCanNotBeJoinedNorCommitted() {
    Waiting only = joined(attempt());

    operation.leave(only.attempt());

    assertEquals(List.of("over", "stop"), events);
    assertTrue(operation.isOver());
    assertEquals(Joined.OVER, operation.join(attempt().attempt()));
    assertFalse(operation.beginCommit());
  }

  @Test
  void operationThatSomebodyStillWaitsFor_goesOn() {
    Waiting first = joined(attempt());
    joined(attempt());

    operation.leave(first.attempt());

    assertEquals(List.of(), events);
    assertFalse(operation.isOver());
    assertTrue(operation.beginCommit());
  }

  @Test
  void commitThatIsUnderWay_isStoppedByNobodysLeaving_norBegunTwice() {
    Waiting only = joined(attempt());
    assertTrue(operation.beginCommit());

    operation.leave(only.attempt());

    assertEquals(List.of(), events);
    assertFalse(operation.isOver());
    assertFalse(operation.beginCommit());
    joined(attempt());
  }

  @Test
  void commitThatFailed_endsTheOperationIfAllHaveLeftMeanwhile() {
    Waiting only = joined(attempt());
    assertTrue(operation.beginCommit());
    operation.leave(only.attempt());

    assertFalse(operation.reopen());

    assertEquals(List.of("over"), events);
    assertTrue(operation.isOver());
    assertEquals(Joined.OVER, operation.join(attempt().attempt()));
  }

  @Test
  void commitThatFailed_isTriedAgainForThoseWhoWait() {
    joined(attempt());
    assertTrue(operation.beginCommit());

    assertTrue(operation.reopen());

    assertEquals(List.of(), events);
    assertTrue(operation.beginCommit());
  }

  @Test
  void operationThatIsOver_isNotReopened() {
    joined(attempt());
    operation.finish(UNAVAILABLE);

    assertFalse(operation.reopen());
    assertTrue(operation.isOver());
  }

  @Test
  void answer_isGivenToAllWhoWait_once() {
    Waiting one = joined(attempt());
    Waiting other = joined(attempt());

    operation.finish(UNAVAILABLE);
    operation.finish(Answer.failure(Status.INTERNAL, new Metadata()));

    assertEquals(Status.Code.UNAVAILABLE, one.call().code());
    assertEquals(Status.Code.UNAVAILABLE, other.call().code());
    assertEquals(1, one.call().closes());
    assertFalse(operation.isWaitedFor());
    assertEquals(Joined.OVER, operation.join(attempt().attempt()));
  }

  @Test
  void stageAfterTheEnd_isNotRun() {
    joined(attempt());
    operation.finish(UNAVAILABLE);

    operation.proceed(() -> events.add("stage"));

    assertEquals(List.of("over", "overtaken"), events);
  }

  @Test
  void stageThatThrows_endsTheOperation() {
    Waiting only = joined(attempt());

    operation.proceed(
        () -> {
          throw new IllegalStateException("a mistake");
        });

    assertEquals(Status.Code.INTERNAL, only.call().code());
    assertTrue(operation.isOver());
  }

  @Test
  void latestDeadline_isThatOfWhoWaitsLongest_inEitherOrder() {
    Deadline near = after(3);
    Deadline far = after(7);
    Waiting first = joined(attempt(far));
    joined(attempt(near));
    assertSame(far, operation.latestDeadline());

    operation.leave(first.attempt());
    assertSame(near, operation.latestDeadline());
    joined(attempt(far));

    assertSame(far, operation.latestDeadline());
    assertTrue(operation.outlasts(near));
    assertFalse(operation.outlasts(far));
  }

  @Test
  void latestDeadline_isNoneIfOneOfThemHasNone() {
    joined(attempt(after(3)));
    joined(attempt());

    assertNull(operation.latestDeadline());
    assertTrue(operation.outlasts(after(1_000_000)));
  }

  @Test
  void thoseWhoHaveTooLittleTimeLeft_areAnsweredAndNotWaitedFor() {
    Waiting hasty = joined(attempt(after(3)));
    Waiting patient = joined(attempt());

    assertTrue(operation.dismissBefore(Duration.ofSeconds(4), UNAVAILABLE));

    assertEquals(Status.Code.UNAVAILABLE, hasty.call().code());
    assertFalse(patient.call().isAnswered());
    operation.leave(patient.attempt());
    assertEquals(List.of("over", "stop"), events);
  }

  @Test
  void operationWhoseAttemptsAllHaveTooLittleTimeLeft_isOver() {
    joined(attempt(after(3)));

    assertFalse(operation.dismissBefore(Duration.ofSeconds(4), UNAVAILABLE));

    assertTrue(operation.isOver());
    assertEquals(List.of("over"), events);
  }

  @Test
  void attemptThatWasAnsweredOrHasGone_isAnsweredNoMore() {
    Waiting answered = attempt();
    answered.attempt().answer(UNAVAILABLE);
    Waiting gone = attempt();
    gone.attempt().ended();

    answered.attempt().answer(UNAVAILABLE);
    gone.attempt().answer(UNAVAILABLE);

    assertEquals(1, answered.call().closes());
    assertEquals(0, gone.call().closes());
  }
}
