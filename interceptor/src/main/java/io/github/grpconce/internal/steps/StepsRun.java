package io.github.grpconce.internal.steps;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.ExecutionFencedException;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.answer.CapturedAnswer;
import io.github.grpconce.internal.answer.HandlerRefusedException;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.internal.execution.CallOrigin;
import io.github.grpconce.internal.execution.Execution;
import io.github.grpconce.internal.execution.HandlerCall;
import io.github.grpconce.internal.execution.HandlerContext;
import io.github.grpconce.internal.handler.Continuations;
import io.github.grpconce.internal.handler.HandlerSteps;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.store.StoreLoop;
import io.github.grpconce.internal.store.StoreLoop.Decided;
import io.github.grpconce.v1.Failure;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a handler in STEPS mode and all that keeps it going: its right to commit, its
 * steps and its heartbeat. Thread-safe.
 */
final class StepsRun<ReqT, RespT> {

  /** Who is told what becomes of a run, unless it is abandoned first. */
  interface Owner<ReqT, RespT> {

    /** Asked before each commit of a step. */
    boolean mayCommit();

    /** The run has lost its right to commit. */
    void lost(StepsRun<ReqT, RespT> run);

    /** The handler has answered. */
    void answered(StepsRun<ReqT, RespT> run, CapturedAnswer<RespT> answer);
  }

  private final Settings settings;
  private final Tenure tenure;
  private final @Nullable Deadline deadline;
  private final GuardedExecution guarded;
  private final Steps steps;
  private final CancellableContext context;
  private final Execution<ReqT, RespT> execution;
  private final Heartbeat heartbeat;
  private final AtomicBoolean sealed = new AtomicBoolean();
  private Optional<Future<?>> limit = Optional.empty();
  private volatile boolean overLimit;

  /**
   * Prepares a run.
   *
   * @param deadline of those who wait for it; null for none
   */
  StepsRun(
      Settings settings,
      Invocation<ReqT, RespT> invocation,
      Tenure tenure,
      @Nullable Deadline deadline,
      Owner<ReqT, RespT> owner) {
    this.settings = settings;
    this.tenure = tenure;
    this.deadline = deadline;
    Runnable onLost = () -> owner.lost(this);
    RequestId requestId = invocation.requestId().orElseThrow();
    CallOrigin origin = CallOrigin.of(invocation);
    this.guarded =
        Claims.timeOf(tenure.claim())
            .map(since -> invocation.method().executionOf(origin.scope(), requestId, since))
            .orElseGet(() -> invocation.method().executionOf(origin.scope(), requestId));
    Continuations continuations = Continuations.on(settings.executor(), invocation.captured());
    int maxBytes = settings.limits().maxResponseBytes();
    this.steps =
        new Steps(settings, origin, guarded, tenure, continuations, owner::mayCommit, onLost);
    HandlerSteps handlerSteps =
        new MessageSteps(steps, invocation.method().descriptor(), maxBytes, continuations);
    this.context =
        HandlerContext.of(
            invocation,
            HandlerCall.inSteps(origin, guarded, handlerSteps),
            guarded,
            deadline,
            settings.scheduler());
    Consumer<CapturedAnswer<RespT>> onAnswer =
        answer -> owner.answered(this, answer.unlessRefused(guarded));
    this.execution = new Execution<>(settings, invocation, context, continuations, onAnswer);
    this.heartbeat =
        new Heartbeat(settings, origin.method(), tenure, () -> !context.isCancelled(), onLost);
  }

  void start() {
    heartbeat.start();
    execution.start();
  }

  /** Sets a limit to a run, beside its deadline if it has one; before it is started. */
  void limitTo(Duration time) {
    limit =
        Optional.of(
            settings.scheduler().schedule(this::exceed, time.toNanos(), TimeUnit.NANOSECONDS));
  }

  private void exceed() {
    overLimit = true;
    context.cancel(new TimeoutException("the server's limit of an execution"));
  }

  /**
   * Ends the handler's use of its steps, and the lease's renewal.
   *
   * @param why what uses of its steps are told from now on
   * @return true once: for whoever comes first, the handler's answer or the end of its right to
   *     give one
   */
  private boolean seal(Supplier<? extends RuntimeException> why) {
    if (!sealed.compareAndSet(false, true)) {
      return false;
    }
    steps.seal(why);
    heartbeat.stop();
    limit.ifPresent(timer -> timer.cancel(false));
    return true;
  }

  /** As {@link #seal}, because the handler has answered. */
  boolean sealAnswered() {
    return seal(Steps::answered);
  }

  /** As {@link #seal}, because it has no right to go on; what is left is to abandon it. */
  boolean sealFenced(String why) {
    return seal(() -> new ExecutionFencedException(why));
  }

  /** Ends a run that came to nothing, unless it has ended. */
  void abandon(String why) {
    var unused = sealFenced(why);
    execution.abandon(why);
  }

  /** Ends a run whose answer is being sent. */
  void complete() {
    execution.complete();
  }

  @Nullable Deadline deadline() {
    return deadline;
  }

  /** Whether its handler may do nothing any more, although it has not answered. */
  boolean isOutOfTime() {
    return context.isCancelled();
  }

  /** Whether it was stopped by its limit. */
  boolean isOverLimit() {
    return overLimit;
  }

  /** Returns the outcome that the handler has committed with its last step, if it has. */
  Optional<Outcome> finished() {
    return steps.finished();
  }

  /** Whether a step has been begun that isn't done. */
  boolean isWithinAStep() {
    return steps.areUnderWay();
  }

  /**
   * Commits what all attempts get back.
   *
   * @param wanted asked before each try
   * @return false if the run has no right to commit any more
   */
  CompletableFuture<Boolean> record(Outcome outcome, BooleanSupplier wanted) {
    return StoreLoop.run(
        settings.store(),
        wanted,
        transaction ->
            tenure.in(transaction).thenApply(standing -> recorded(transaction, standing, outcome)));
  }

  private Decided<Boolean> recorded(
      Transaction transaction, Tenure.Standing standing, Outcome outcome) {
    if (standing instanceof Tenure.Standing.Lost) {
      return Decided.reading(false);
    }
    tenure.complete(transaction, standing, outcome);
    return Decided.writing(true);
  }

  /** Whether a call of it was refused because its callee has forgotten what became of it. */
  boolean hasExpiredCall() {
    return guarded.hasExpiredCall();
  }

  /** Whether its end has left the operation stalled. */
  boolean hasStalled() {
    return tenure.hasStalled();
  }

  /** Returns what is answered in the handler's place because its code has changed, if it has. */
  Optional<HandlerRefusedException> misfit() {
    return steps.misfit();
  }

  /**
   * Gives the lease up, if there is one, so that the next attempt can go on at once.
   *
   * @param hopeless whether an execution without a client, who may know better, is of no use
   * @return the lease that is left, if any
   */
  CompletableFuture<Optional<Lease>> release(Failure failure, boolean hopeless) {
    return tenure.isClaimed()
        ? StoreLoop.run(
            settings.store(),
            () -> true,
            transaction ->
                tenure
                    .in(transaction)
                    .thenCompose(standing -> released(transaction, standing, failure, hopeless)))
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private CompletableFuture<Decided<Optional<Lease>>> released(
      Transaction transaction, Tenure.Standing standing, Failure failure, boolean hopeless) {
    return standing instanceof Tenure.Standing.Held held
        ? tenure
            .release(transaction, held, failure, steps.haveMadeProgress(), hopeless)
            .thenApply(left -> new Decided<>(Optional.of(left.value()), left.commit()))
        : CompletableFuture.completedFuture(Decided.reading(Optional.empty()));
  }
}
