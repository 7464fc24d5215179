package io.github.grpconce.server;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.record.StoreError;
import io.github.grpconce.server.StoreLoop.Decided;
import io.github.grpconce.v1.Outcome;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
 *  └─────────────── fenced ────────────────────────────────┘
 * </pre>
 *
 * <p>Before its first commit an operation ends when nobody waits for it, like any; from then on it
 * runs to its end, because it would otherwise have to be resumed by somebody else. Stages follow
 * one another; being fenced and {@link #stop} come from elsewhere at any time.
 */
final class StepsOperation<ReqT, RespT> extends Operation<RespT> {

  private static final Logger LOG = Logger.getLogger(StepsOperation.class.getName());

  private static final String NOBODY_WAITS = "nobody waits for it any more";

  /** One execution of the handler. */
  private record Run<ReqT, RespT>(
      Execution<ReqT, RespT> execution,
      Tenure tenure,
      Steps steps,
      Heartbeat heartbeat,
      @Nullable Deadline deadline) {}

  private final Settings settings;
  private final Invocation<ReqT, RespT> invocation;
  private final OperationKey key;
  private final RequestId requestId;
  private final boolean resumed;
  private final AtomicReference<@Nullable Run<ReqT, RespT>> current = new AtomicReference<>();
  private boolean committing;

  /**
   * Makes an operation.
   *
   * @param resumed whether it is resumed on the server's own account: then it is only executed if
   *     it is in progress, whatever the horizon says, and nobody need wait for it
   */
  StepsOperation(
      Settings settings,
      Invocation<ReqT, RespT> invocation,
      OperationKey key,
      boolean resumed,
      Consumer<Operation<RespT>> onOver) {
    super(settings.limits().maxJoiners(), onOver);
    this.settings = settings;
    this.invocation = invocation;
    this.key = key;
    this.requestId = invocation.requestId().orElseThrow();
    this.resumed = resumed;
  }

  @Override
  void begin() {
    proceed(this::look);
  }

  private void look() {
    StepsLookup<RespT> lookup =
        new StepsLookup<>(settings, invocation, key, requestId, resumed, this::mayCommit);
    after(
        StoreLoop.run(settings, () -> !isOver(), lookup::in),
        this::goOn,
        failure -> finish(Failures.answer(failure, settings.limits().pushback())));
  }

  private void goOn(StepsLookup.Found<RespT> found) {
    if (found instanceof StepsLookup.Answered<RespT> answered) {
      finish(answered.answer());
    } else if (found instanceof StepsLookup.Held<RespT> held) {
      await(held);
    } else if (found instanceof StepsLookup.Open<RespT> open) {
      execute(open.tenure());
    }
  }

  private void await(StepsLookup.Held<RespT> held) {
    Duration margin = settings.steps().answerMargin();
    Answer<RespT> tooEarly = Answer.refusal(Refusals.inProgress(settings.limits().pushback()));
    if (!letGo() || !dismissBefore(margin, tooEarly)) {
      held.change().cancel(true);
      return;
    }
    new Awakening(held.change(), () -> proceed(this::look))
        .within(held.leaseLeft(), settings.steps().poll(), settings.scheduler());
  }

  private void execute(Tenure tenure) {
    Deadline deadline = latestDeadline();
    AtomicReference<@Nullable Run<ReqT, RespT>> own = new AtomicReference<>();
    Runnable onFenced = () -> fenced(own.get());
    GuardedExecution guarded = new GuardedExecution(requestId, invocation.scope());
    Steps steps = new Steps(settings, guarded, tenure, this::mayCommit, onFenced);
    Execution<ReqT, RespT> execution =
        new Execution<>(
            invocation,
            contextOf(guarded, steps, deadline),
            settings.executor(),
            settings.limits().maxResponseBytes(),
            captured -> {
              steps.seal();
              settle(own.get(), captured);
            });
    Heartbeat heartbeat = new Heartbeat(settings, tenure, onFenced);
    Run<ReqT, RespT> run = new Run<>(execution, tenure, steps, heartbeat, deadline);
    own.set(run);
    current.set(run);
    if (isOver()) {
      abandon(run, NOBODY_WAITS);
    } else {
      heartbeat.start();
      execution.start();
    }
  }

  /** Not the attempt's own context, whose cancellation must not end what others have joined. */
  private CancellableContext contextOf(
      GuardedExecution guarded, Steps steps, @Nullable Deadline deadline) {
    HandlerSteps handlerSteps =
        new HandlerSteps(
            steps, invocation.method().descriptor(), settings.limits().maxResponseBytes());
    Context context =
        guarded.attachTo(
            new IdempotentCall(requestId, handlerSteps).attachTo(invocation.context().fork()));
    return deadline == null
        ? context.withCancellation()
        : context.withDeadline(deadline, settings.scheduler());
  }

  /** Asked before each commit: after the first one, nobody's leaving ends the operation. */
  private synchronized boolean mayCommit() {
    committing = committing || beginCommit();
    return committing && !isOver();
  }

  /** Returns false if nobody waits for what others do, and it is over. */
  private boolean letGo() {
    synchronized (this) {
      committing = false;
    }
    return reopen();
  }

  /** Somebody else executes: what they come to is the answer. */
  private void fenced(@Nullable Run<ReqT, RespT> run) {
    if (run != null && current.compareAndSet(run, null)) {
      run.heartbeat().stop();
      run.execution().abandon("another execution has taken over");
      if (letGo()) {
        proceed(this::look);
      }
    }
  }

  private void settle(@Nullable Run<ReqT, RespT> run, CapturedAnswer<RespT> captured) {
    if (run != null && current.compareAndSet(run, null)) {
      run.heartbeat().stop();
      proceed(() -> settleOwn(run, captured));
    }
  }

  private void settleOwn(Run<ReqT, RespT> run, CapturedAnswer<RespT> captured) {
    Optional<Outcome> finished = run.steps().finished();
    Optional<StoreError> cause = StoreError.causing(captured.status().getCause());
    if (finished.isPresent()) {
      end(run, invocation.method().answer(finished.get()));
    } else if (!captured.status().isOk() && cause.isPresent()) {
      release(run, storeFailed(cause.get()));
    } else if (captured.byGuard()
        || !invocation.method().guard().isFinal(captured.status().getCode())) {
      release(run, captured.unrecorded());
    } else {
      record(run, captured);
    }
  }

  private Answer<RespT> storeFailed(StoreError error) {
    return error.code() == StoreError.TOO_OLD
        ? Answer.refusal(Refusals.transactionTooOld())
        : Failures.answer(error.exception(), settings.limits().pushback());
  }

  private void record(Run<ReqT, RespT> run, CapturedAnswer<RespT> captured) {
    Outcome outcome = captured.outcome();
    int maxBytes = settings.limits().maxResponseBytes();
    if (outcome.getSerializedSize() > maxBytes) {
      release(run, Answer.refusal(Refusals.responseTooLarge(maxBytes)));
      return;
    }
    after(
        StoreLoop.run(
            settings,
            () -> !isOver(),
            transaction ->
                run.tenure()
                    .in(transaction)
                    .thenApply(standing -> completed(transaction, run, standing, outcome))),
        recorded -> {
          if (recorded) {
            end(run, captured.recorded(outcome));
          } else {
            lookAgain(run, "another execution has decided");
          }
        },
        failure -> end(run, Failures.answer(failure, settings.limits().pushback())));
  }

  private Decided<Boolean> completed(
      Transaction transaction, Run<ReqT, RespT> run, Tenure.Standing standing, Outcome outcome) {
    if (standing instanceof Tenure.Standing.Lost || !mayCommit()) {
      return Decided.reading(false);
    }
    run.tenure().complete(transaction, standing, outcome);
    return Decided.writing(true);
  }

  /** Gives the lease up, so that the next attempt can go on at once; if it can't, it will end. */
  private void release(Run<ReqT, RespT> run, Answer<RespT> answer) {
    if (!run.tenure().isClaimed()) {
      answerUnrecorded(run, answer);
      return;
    }
    after(
        StoreLoop.run(
            settings,
            () -> true,
            transaction ->
                run.tenure()
                    .in(transaction)
                    .thenApply(standing -> released(transaction, run, standing))),
        released -> answerUnrecorded(run, answer),
        failure -> {
          LOG.log(Level.FINE, "a lease could not be given up", failure);
          answerUnrecorded(run, answer);
        });
  }

  private Decided<Boolean> released(
      Transaction transaction, Run<ReqT, RespT> run, Tenure.Standing standing) {
    if (standing instanceof Tenure.Standing.Held held) {
      run.tenure().release(transaction, held);
      return Decided.writing(true);
    }
    return Decided.reading(false);
  }

  /** Others may have more time than the execution was given. */
  private void answerUnrecorded(Run<ReqT, RespT> run, Answer<RespT> answer) {
    Deadline deadline = run.deadline();
    if (deadline != null && deadline.isExpired() && outlasts(deadline)) {
      lookAgain(run, "its deadline is over, and another attempt waits longer");
    } else {
      end(run, answer);
    }
  }

  private void lookAgain(Run<ReqT, RespT> run, String why) {
    run.execution().abandon(why);
    if (letGo()) {
      look();
    }
  }

  private void end(Run<ReqT, RespT> run, Answer<RespT> answer) {
    finish(answer);
    run.execution().complete();
  }

  @Override
  void stop() {
    Run<ReqT, RespT> run = current.getAndSet(null);
    if (run != null) {
      abandon(run, NOBODY_WAITS);
    }
  }

  private static void abandon(Run<?, ?> run, String why) {
    run.heartbeat().stop();
    run.execution().abandon(why);
  }

  private <T> void after(
      CompletableFuture<T> future, Consumer<T> next, Consumer<Throwable> onFailure) {
    var unused =
        future.whenComplete(
            (value, failure) ->
                proceed(
                    failure == null ? () -> next.accept(value) : () -> onFailure.accept(failure)));
  }

  /** Runs a stage, unless it is over; nothing that it throws is lost. */
  private void proceed(Runnable stage) {
    if (isOver()) {
      return;
    }
    try {
      stage.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "a guarded call failed within its guard", e);
      finish(Failures.answer(e, settings.limits().pushback()));
    }
  }
}
