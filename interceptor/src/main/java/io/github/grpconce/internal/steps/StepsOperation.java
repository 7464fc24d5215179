package io.github.grpconce.internal.steps;

import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.CapturedAnswer;
import io.github.grpconce.internal.answer.Failures;
import io.github.grpconce.internal.answer.Refusals;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.internal.attempt.OperationKey;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.operation.Operation;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.internal.store.StoreLoop;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.grpc.Deadline;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An operation in STEPS mode: each step of the handler is a transaction of its own, and so is the
 * outcome, unless the last step commits it.
 *
 * <pre>
 * look ─┬─ outcome ─────────────────────────────▶ replay, or refuse
 *  ▲ ▲  ├─ execution, lease held ─▶ wait ─┐
 *  │ └──┼─────────────────────────────────┘
 *  │    ├─ execution, lease over ─▶ take over ─┐
 *  │    └─ absent ─────────────────────────────┴▶ execute ─┬─ OK, final failure ─▶ record, answer
 *  │                                                       ├─ other failure ─▶ release, answer
 *  └─────────────── fenced, or out of time ────────────────┘
 * </pre>
 *
 * <p>Before its first commit an operation ends when nobody waits for it, like any; from then on it
 * runs to its end, because it would otherwise have to be resumed by somebody else. Stages follow
 * one another; losing a run and {@link #stop} come from elsewhere at any time.
 */
public final class StepsOperation<ReqT, RespT> extends Operation<RespT>
    implements StepsRun.Owner<ReqT, RespT> {

  private static final Logger LOG = Logger.getLogger(StepsOperation.class.getName());

  private static final String LOST = "it has no right to commit any more";

  private final Settings settings;
  private final Invocation<ReqT, RespT> invocation;
  private final OperationKey key;

  /**
   * Whether it is resumed on the server's own account: then it is only executed if it is in
   * progress, whatever the horizon says, and nobody need wait for it.
   */
  private final boolean resumed;

  /** The last run, until its answer is sent: whoever ends the operation ends it. */
  private final AtomicReference<@Nullable StepsRun<ReqT, RespT>> current = new AtomicReference<>();

  /**
   * Whether a run, or a look that takes over, has begun to commit: from then on the operation's
   * phase stays what {@link #beginCommit} has made it, however many commits follow.
   */
  private boolean committing;

  public StepsOperation(
      Settings settings,
      Invocation<ReqT, RespT> invocation,
      OperationKey key,
      Consumer<Operation<RespT>> onOver) {
    super(failures(settings, invocation), settings.limits().maxJoiners(), onOver);
    this.settings = settings;
    this.invocation = invocation;
    this.key = key;
    this.resumed = invocation.resumed();
  }

  @Override
  public void begin() {
    proceed(this::look);
  }

  private void look() {
    StepsLookup<RespT> lookup =
        new StepsLookup<>(
            settings, invocation, key, resumed, this::isOnOwnAccount, this::mayCommit);
    CompletableFuture<StepsLookup.Found<RespT>> found =
        StoreLoop.run(settings.store(), () -> !isOver(), lookup::in);
    var unused = after(found, this::goOn, this::fail).thenAccept(this::forgetIfOver);
  }

  private boolean isOnOwnAccount() {
    return resumed && !isWaitedFor();
  }

  /** Everybody may have left meanwhile, or waiting failed: nobody waits for what was found. */
  private void forgetIfOver(StepsLookup.Found<RespT> found) {
    if (isOver() && found instanceof StepsLookup.Held<RespT> held) {
      held.change().cancel(true);
    }
  }

  private void goOn(StepsLookup.Found<RespT> found) {
    if (found instanceof StepsLookup.Answered<RespT> answered) {
      finish(answered.answer());
    } else if (found instanceof StepsLookup.Held<RespT> held) {
      await(held);
    } else if (found instanceof StepsLookup.Open<RespT> open) {
      noteTakeover(open);
      execute(open.tenure());
    } else {
      settings.steps().log().stalled(method());
      finish(inProgress());
    }
  }

  private void noteTakeover(StepsLookup.Open<RespT> open) {
    if (open.takenOver() && resumed) {
      settings.steps().log().resumed(method());
    } else if (open.takenOver()) {
      settings.steps().log().takenOver(method());
    }
  }

  private String method() {
    return invocation.method().descriptor().getFullMethodName();
  }

  private Answer<RespT> inProgress() {
    return Answer.refusal(Refusals.inProgress(settings.limits().pushback()));
  }

  private void await(StepsLookup.Held<RespT> held) {
    Duration margin = settings.steps().answerMargin();
    stopCommitting();
    if (!dismissBefore(margin, inProgress())) {
      held.change().cancel(true);
      return;
    }
    new Awakening(held.change(), () -> proceed(this::look))
        .within(held.leaseLeft(), settings.steps().poll(), settings.scheduler());
  }

  private void execute(Tenure tenure) {
    // What is resumed on the server's own account has the server's time, whoever joins it.
    Deadline deadline = resumed ? null : latestDeadline();
    StepsRun<ReqT, RespT> run = new StepsRun<>(settings, invocation, tenure, deadline, this);
    limit(run, deadline);
    current.set(run);
    if (isOver()) {
      stop();
    } else {
      run.start();
    }
  }

  /** A handler that never ends would keep its lease, and so all others away, for as long. */
  private void limit(StepsRun<ReqT, RespT> run, @Nullable Deadline deadline) {
    Duration longest = settings.steps().longestExecution();
    if (deadline == null) {
      run.limitTo(limitWithoutDeadline());
    } else if (deadline.timeRemaining(TimeUnit.NANOSECONDS) > longest.toNanos()) {
      run.limitTo(longest);
    }
  }

  private Duration limitWithoutDeadline() {
    Duration recovery = settings.steps().recoveryLimit();
    Duration wait = settings.limits().maxWait();
    return resumed || recovery.compareTo(wait) > 0 ? recovery : wait;
  }

  /** After the first commit, nobody's leaving ends the operation. */
  @Override
  public synchronized boolean mayCommit() {
    committing = committing || beginCommit();
    return committing && !isOver();
  }

  /**
   * Until it has looked again, nothing more is committed, and leaving ends the operation: at once,
   * if nobody waits for what that look will find.
   */
  private void stopCommitting() {
    synchronized (this) {
      committing = false;
    }
    var unused = reopen();
  }

  /** Somebody else executes: what they come to is the answer. */
  @Override
  public void lost(StepsRun<ReqT, RespT> run) {
    boolean outOfTime = run.isOutOfTime();
    if (run.sealFenced(LOST)) {
      run.abandon(LOST);
      stopCommitting();
      if (outOfTime) {
        giveUp(run);
      } else {
        proceed(this::look);
      }
    }
  }

  /** Nobody but this server knows what became of it: to others, it would have died. */
  private void giveUp(StepsRun<ReqT, RespT> run) {
    settings.steps().log().outOfTime(method());
    var unused =
        run.release(Failures.stored(Status.DEADLINE_EXCEEDED), false)
            .whenComplete(
                (left, failure) -> {
                  if (failure == null) {
                    left.ifPresent(each -> noteFailure(run, each));
                  }
                  proceed(this::look);
                });
  }

  @Override
  public void answered(StepsRun<ReqT, RespT> run, CapturedAnswer<RespT> captured) {
    boolean withinAStep = run.isWithinAStep();
    if (run.sealAnswered()) {
      proceed(() -> settle(run, captured, withinAStep));
    }
  }

  private void settle(
      StepsRun<ReqT, RespT> run, CapturedAnswer<RespT> captured, boolean withinAStep) {
    Optional<Outcome> finished = run.finished();
    boolean isFinal = captured.isFinal(invocation.method().guard());
    if (finished.isPresent()) {
      end(run, invocation.method().answer(finished.get()));
    } else if (run.misfit().isPresent()) {
      release(run, Answer.refusal(run.misfit().get()));
    } else if (captured.status().isOk() && withinAStep) {
      release(run, Failures.answeredWithinAStep());
    } else if (isTheStores(captured.status()) && !(isFinal && isMisuse(captured.status()))) {
      storeFailed(run, Objects.requireNonNull(captured.status().getCause()));
    } else if (!isFinal) {
      release(run, captured.unrecorded());
    } else {
      record(run, captured);
    }
  }

  private static boolean isTheStores(Status failed) {
    return !failed.isOk() && Failures.isKnown(failed.getCause());
  }

  /** What the store won't have the handler may take for its caller's fault, and say so. */
  private static boolean isMisuse(Status failed) {
    return StoreError.causing(failed.getCause()).map(StoreError::isMisuse).orElse(false);
  }

  private void storeFailed(StepsRun<ReqT, RespT> run, Throwable failure) {
    Optional<StoreError> error = StoreError.causing(failure);
    if (error.map(each -> each.isTimeout() || each.isClosed()).orElse(false)) {
      // It won't take the lease back either.
      answerUnrecorded(run, failures().answer(failure));
    } else if (error.map(StoreError::code).equals(Optional.of(StoreError.TOO_OLD))) {
      release(run, Answer.refusal(Refusals.stepTooOld()));
    } else {
      release(run, failures().answer(failure), false);
    }
  }

  private void record(StepsRun<ReqT, RespT> run, CapturedAnswer<RespT> captured) {
    Outcome outcome = captured.outcome();
    int maxBytes = settings.limits().maxResponseBytes();
    if (outcome.getSerializedSize() > maxBytes) {
      release(run, Answer.refusal(Refusals.responseTooLarge(maxBytes)));
      return;
    }
    after(
        run.record(outcome, this::mayCommit),
        recorded -> {
          if (recorded) {
            end(run, captured.recorded(outcome));
          } else {
            lookAgain(run, "another execution has decided");
          }
        },
        failure -> end(run, failures().answer(failure)));
  }

  /** Gives the lease up; if that can't be done, it will end. */
  private void release(StepsRun<ReqT, RespT> run, Answer<RespT> answer) {
    release(run, answer, run.hasExpiredCall());
  }

  private void release(StepsRun<ReqT, RespT> run, Answer<RespT> answer, boolean hopeless) {
    after(
        run.release(Failures.stored(answer.status()), hopeless),
        left -> {
          left.ifPresent(each -> noteFailure(run, each));
          answerUnrecorded(run, answer);
        },
        failure -> {
          LOG.log(Level.FINE, "a lease could not be given up", failure);
          answerUnrecorded(run, answer);
        });
  }

  private void noteFailure(StepsRun<ReqT, RespT> run, Lease left) {
    if (run.hasStalled() && run.hasExpiredCall()) {
      settings.steps().log().stalledByExpiredCall(method());
    } else if (run.hasStalled()) {
      settings.steps().log().stalled(method());
    } else if (resumed) {
      settings.steps().log().failed(method(), left);
    }
  }

  private void answerUnrecorded(StepsRun<ReqT, RespT> run, Answer<RespT> answer) {
    if (isWaitedForLongerThan(run)) {
      lookAgain(run, "its time is over, and another attempt waits longer");
    } else {
      end(run, answer);
    }
  }

  /** Others may have more time than the execution was given. */
  private boolean isWaitedForLongerThan(StepsRun<ReqT, RespT> run) {
    if (run.isOverLimit()) {
      return isWaitedFor();
    }
    Deadline deadline = run.deadline();
    return deadline != null && deadline.isExpired() && outlasts(deadline);
  }

  private void lookAgain(StepsRun<ReqT, RespT> run, String why) {
    run.abandon(why);
    stopCommitting();
    proceed(this::look);
  }

  private void end(StepsRun<ReqT, RespT> run, Answer<RespT> answer) {
    current.set(null);
    finish(answer);
    run.complete();
  }

  @Override
  public void end(Answer<RespT> answer) {
    finish(answer);
    stop();
  }

  /** Its handler may have answered just then, and is to be told that this came to nothing. */
  @Override
  public void overtaken() {
    stop();
  }

  @Override
  public void stop() {
    StepsRun<ReqT, RespT> run = current.getAndSet(null);
    if (run != null) {
      run.abandon(NOBODY_WAITS);
    }
  }
}
