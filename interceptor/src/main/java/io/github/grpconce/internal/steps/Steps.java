package io.github.grpconce.internal.steps;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.ExecutionFencedException;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.internal.answer.HandlerRefusedException;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.Refusals;
import io.github.grpconce.internal.execution.CallOrigin;
import io.github.grpconce.internal.execution.HandlerCall;
import io.github.grpconce.internal.handler.Continuations;
import io.github.grpconce.internal.handler.HandlerTransaction;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.store.StoreLoop;
import io.github.grpconce.internal.store.StoreLoop.Decided;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Step;
import io.grpc.Context;
import io.grpc.Contexts;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one execution. Each is a transaction that finds out whether the execution may still
 * commit, and then either returns the remembered result, or does the work and remembers its result.
 *
 * <p>Thread-safe.
 */
final class Steps {

  /** Beyond it, a result and what else its step writes come near FoundationDB's 10 MB. */
  private static final int MAX_RESULT_BYTES = 8 << 20;

  private static final String OVER = "the step is over: read and write before its function returns";

  /**
   * What a step came to.
   *
   * @param fresh whether it was this execution that did it
   */
  private record Done(ByteString result, boolean fresh) {

    /** Leaves out the result, which may be nobody's business who reads logs. */
    @Override
    public String toString() {
      return "Done[fresh=" + fresh + "]";
    }
  }

  /** So many executions of a step are no news: above, its function contends for something. */
  private static final int MOST_QUIET_EXECUTIONS = 10;

  private final Settings settings;
  private final CallOrigin origin;
  private final GuardedExecution execution;
  private final Tenure tenure;
  private final Continuations continuations;
  private final BooleanSupplier mayCommit;
  private final Runnable onFenced;
  private final Set<String> labels = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Outcome> finished = new AtomicReference<>();

  private final StepsUnderWay underWay = new StepsUnderWay();

  /** Those that run a step's function just now. */
  private final Set<Thread> threadsWithin = ConcurrentHashMap.newKeySet();

  /** Those that are under way, to be ended with the execution. */
  private final Set<StoreLoop<?>> loops = ConcurrentHashMap.newKeySet();

  private volatile boolean progress;
  private volatile @Nullable HandlerRefusedException misfit;

  /** What whoever uses steps is told when that is over. */
  private volatile @Nullable Supplier<? extends RuntimeException> sealed;

  /**
   * Makes the steps of an execution.
   *
   * @param execution whose children the handler's calls are
   * @param continuations of the futures that the handler is given
   * @param mayCommit asked before each commit, and from the first time on the execution runs to its
   *     end unless it is fenced
   * @param onFenced told when it is
   */
  Steps(
      Settings settings,
      CallOrigin origin,
      GuardedExecution execution,
      Tenure tenure,
      Continuations continuations,
      BooleanSupplier mayCommit,
      Runnable onFenced) {
    this.settings = settings;
    this.origin = origin;
    this.execution = execution;
    this.tenure = tenure;
    this.continuations = continuations;
    this.mayCommit = mayCommit;
    this.onFenced = onFenced;
  }

  /**
   * Ends the handler's use of steps: what is under way comes to nothing, if it still can, and holds
   * no transaction any more, even if its function never ends.
   *
   * @param why thrown by what is begun from now on
   */
  void seal(Supplier<? extends RuntimeException> why) {
    sealed = why;
    loops.forEach(loop -> loop.end(why.get()));
  }

  /** Whether a step has been begun that isn't done. */
  boolean areUnderWay() {
    return underWay.any();
  }

  /** Whether a step has been done that no execution had done before. */
  boolean haveMadeProgress() {
    return progress;
  }

  /** What the handler's answer is replaced by, if its code doesn't fit what was done before. */
  Optional<HandlerRefusedException> misfit() {
    return Optional.ofNullable(misfit);
  }

  /** Returns the outcome that the handler has committed itself, if it has. */
  Optional<Outcome> finished() {
    return Optional.ofNullable(finished.get());
  }

  /**
   * Does a step, or returns what it returned before.
   *
   * @param type the name of its result's type, which must always be the same; empty for no result
   * @param where the function is run
   */
  CompletableFuture<ByteString> step(
      String label, String type, StepPart.Work work, Executor where) {
    return run(
        new StepPart(
            label,
            type,
            work,
            where,
            transaction -> tenure.step(transaction, label),
            (transaction, standing, result) ->
                tenure.remember(
                    transaction,
                    standing,
                    Step.newBuilder()
                        .setLabel(label)
                        .setResult(checked(result, label))
                        .setType(type)
                        .build()),
            new StepTime(),
            false));
  }

  private static ByteString checked(ByteString result, String label) {
    if (result.size() > MAX_RESULT_BYTES) {
      throw new IllegalArgumentException(
          "step "
              + label
              + " returned "
              + result.size()
              + " bytes, of which "
              + MAX_RESULT_BYTES
              + " can be kept: it isn't done");
    }
    return result;
  }

  /**
   * Does the last step, and commits the answer that its result makes with it. An execution never
   * finds that it was done before: whoever has done it has completed the call.
   */
  CompletableFuture<ByteString> finish(
      String label, StepPart.Work work, Executor where, Function<ByteString, Outcome> outcomeOf) {
    AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    return run(new StepPart(
            label,
            "",
            work,
            where,
            transaction -> CompletableFuture.completedFuture(Optional.empty()),
            (transaction, standing, result) -> {
              Outcome made = outcomeOf.apply(result);
              outcome.set(made);
              tenure.complete(transaction, standing, made);
            },
            new StepTime(),
            true))
        .whenComplete((result, failure) -> finished.set(failure == null ? outcome.get() : null));
  }

  private CompletableFuture<ByteString> run(StepPart part) {
    refuseIfOver();
    if (finished.get() != null) {
      throw answered();
    }
    if (threadsWithin.contains(Thread.currentThread())) {
      throw new IllegalStateException(
          "steps can't be within one another: do " + part.label() + " before or after");
    }
    if (part.label().isEmpty()) {
      throw new IllegalArgumentException("a step's label must not be empty");
    }
    if (!labels.add(part.label())) {
      throw new IllegalArgumentException(
          "this execution has had a step " + part.label() + ": each step needs a label of its own");
    }
    execution.requireUnbroken();
    Context context = Context.current();
    StepPart counted = part.with(counted(part.work()));
    underWay.enter(part);
    StoreLoop<Done> loop =
        StoreLoop.begin(
            settings.store(), () -> !context.isCancelled(), tr -> attempt(tr, counted, context));
    Context.CancellationListener outOfTime =
        cancelled -> loop.end(new CancellationException("the call's time is over"));
    loops.add(loop);
    context.addListener(outOfTime, Runnable::run);
    endIfSealed(loop);
    return loop.result()
        .whenComplete(
            (done, failure) -> {
              context.removeListener(outOfTime);
              loops.remove(loop);
              over(done);
            })
        .thenApply(Done::result)
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(told(failure, part, context)));
  }

  /** The store has it done again for each of its errors, conflicts above all. */
  private StepPart.Work counted(StepPart.Work work) {
    AtomicInteger executions = new AtomicInteger();
    return transaction -> {
      if (executions.incrementAndGet() > MOST_QUIET_EXECUTIONS) {
        String method = origin.method();
        settings
            .log()
            .say(
                LogLine.MANY_EXECUTIONS,
                method,
                "step",
                method,
                MOST_QUIET_EXECUTIONS,
                "conflicts or other errors of the store");
      }
      return work.apply(transaction);
    };
  }

  private void refuseIfOver() {
    HandlerRefusedException mistake = misfit;
    if (mistake != null) {
      throw mistake;
    }
    Supplier<? extends RuntimeException> why = sealed;
    if (why != null) {
      throw why.get();
    }
  }

  /** The execution may have ended meanwhile. */
  private void endIfSealed(StoreLoop<?> loop) {
    Supplier<? extends RuntimeException> why = sealed;
    if (why != null) {
      loop.end(why.get());
    }
  }

  private CompletableFuture<Decided<Done>> attempt(
      Transaction transaction, StepPart part, Context context) {
    part.time().forget();
    CompletableFuture<Optional<Step>> remembered = part.remembered().apply(transaction);
    return tenure
        .in(transaction)
        .thenCompose(
            standing ->
                remembered.thenCompose(
                    known -> decide(transaction, part, context, standing, known)));
  }

  private CompletableFuture<Decided<Done>> decide(
      Transaction transaction,
      StepPart part,
      Context context,
      Tenure.Standing standing,
      Optional<Step> known) {
    if (standing instanceof Tenure.Standing.Lost) {
      throw new ExecutionFencedException(
          "another execution of this call has taken over, or has completed it");
    }
    return known.isPresent()
        ? CompletableFuture.completedFuture(Decided.reading(doneBefore(known.get(), part)))
        : done(transaction, part, context)
            .thenApply(result -> ended(transaction, standing, result, part));
  }

  /** Read as another type, a result would be something that nobody has ever returned. */
  private Done doneBefore(Step step, StepPart part) {
    if (!step.getType().equals(part.type())) {
      HandlerRefusedException mistake =
          new HandlerRefusedException(Refusals.stepChanged(part.label()));
      misfit = mistake;
      throw mistake;
    }
    return new Done(step.getResult(), false);
  }

  private Decided<Done> ended(
      Transaction transaction, Tenure.Standing standing, ByteString result, StepPart part) {
    refuseIfOver();
    if (!mayCommit.getAsBoolean()) {
      throw new ExecutionFencedException("nobody waits for this execution any more");
    }
    // Its function may have made the call that shows it.
    execution.requireUnbroken();
    part.ending().write(transaction, standing, result);
    return Decided.writing(new Done(result, true));
  }

  /**
   * Runs the function. The calls that it makes are named after the step, and not counted with those
   * that are made between steps: so these keep their IDs when the step is skipped.
   */
  private CompletableFuture<ByteString> done(
      Transaction transaction, StepPart part, Context context) {
    long begun = settings.store().now();
    Continuations own = continuations.ofAnotherContext();
    HandlerTransaction view = new HandlerTransaction(transaction, own, OVER);
    Context within =
        execution
            .part(part.label())
            .attachTo(HandlerCall.in(origin, execution, view).attachTo(context));
    return CompletableFuture.completedFuture(view)
        .thenComposeAsync(given -> applied(part.work(), given, own.within(within)), part.where())
        .whenComplete(
            (result, failure) -> {
              part.time().took(settings.store().now() - begun);
              view.seal();
            });
  }

  private CompletableFuture<ByteString> applied(
      StepPart.Work work, Transaction view, Continuations own) {
    CompletableFuture<CompletableFuture<ByteString>> begun = new CompletableFuture<>();
    threadsWithin.add(Thread.currentThread());
    try {
      own.runHere(() -> begun.complete(work.apply(view)));
    } finally {
      threadsWithin.remove(Thread.currentThread());
    }
    return begun.join();
  }

  private void over(@Nullable Done done) {
    underWay.leave();
    if (done != null) {
      tenure.confirm();
      if (done.fresh()) {
        progress = true;
      }
    }
  }

  /** What a handler is told that has answered before all of its steps were done. */
  static IllegalStateException answered() {
    return new IllegalStateException("the call has been answered: do all steps before");
  }

  /** Tells the guard, if it is about the execution as a whole, before the handler hears of it. */
  private Throwable told(Throwable failure, StepPart part, Context context) {
    Throwable root = part.time().blamed(StoreLoop.rootOf(failure));
    if (root instanceof ExecutionFencedException) {
      onFenced.run();
    }
    return root instanceof CancellationException && context.isCancelled()
        ? Contexts.statusFromCancelled(context).asRuntimeException()
        : root;
  }
}
