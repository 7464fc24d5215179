package io.github.grpconce.internal.operation;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.CapturedAnswer;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.Refusals;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.internal.attempt.OperationKey;
import io.github.grpconce.internal.execution.CallOrigin;
import io.github.grpconce.internal.execution.Execution;
import io.github.grpconce.internal.execution.HandlerCall;
import io.github.grpconce.internal.execution.HandlerContext;
import io.github.grpconce.internal.execution.HandlersTurn;
import io.github.grpconce.internal.handler.Continuations;
import io.github.grpconce.internal.handler.HandlerTransaction;
import io.github.grpconce.internal.method.GuardedMethod;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.store.Store;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An operation in TRANSACTION mode: the handler's writes and the record are one transaction.
 *
 * <pre>
 * look ─┬─ record found ───────────────────────────────────▶ replay, or refuse
 *   ▲   └─ absent ─▶ execute ─┬─ OK ─────────────▶ commit ─▶ answer
 *   │                         ├─ final failure ──▶ look again, commit the record alone
 *   │                         └─ other failure ─────────────▶ answer, nothing committed
 *   └── the store says try again (conflict, unknown result, …)
 * </pre>
 *
 * <p>Whatever a commit came to, it is looking again that decides. Stages follow one another; only
 * {@link #stop} comes from elsewhere at any time.
 */
public final class TransactionOperation<ReqT, RespT> extends Operation<RespT> {

  /** So many executions in a row may outlive their transaction before it is given up. */
  private static final int MAX_TOO_OLD = 3;

  /** So many executions of a call are no news: above, its handler contends for something. */
  private static final int MOST_QUIET_EXECUTIONS = 10;

  private static final String UNKNOWN_RESULT =
      "the store can't tell whether the call took effect, and it has no request ID to find out";

  private final Settings settings;
  private final Invocation<ReqT, RespT> invocation;
  private final Optional<OperationKey> key;

  /** What the handler's calls derive from: without a request ID the same for all executions. */
  private final RequestId parent;

  private final OpenTransaction transaction;
  private final HandlersTurn turn;
  private volatile @Nullable Execution<ReqT, RespT> execution;

  /**
   * What is still to be recorded of a handler that has failed for good. Null before that, and then
   * whoever finds no record executes; afterwards nobody does any more.
   */
  private @Nullable CapturedAnswer<RespT> finalFailure;

  private int tooOld;

  /** How often it had to be executed again. */
  private int conflicts;

  /** Because of what it was the last time. */
  private @Nullable StoreError lastConflict;

  /** When the last execution was begun, and how long it took to answer. */
  private volatile long startedNanos;

  private volatile long tookNanos;

  /** Whether a commit may have taken effect, or may yet: then nobody may say that none did. */
  private boolean maybeCommitted;

  /**
   * Makes an operation.
   *
   * @param key empty if it has no request ID: it has its transaction all the same, and no record
   */
  TransactionOperation(
      Settings settings,
      Invocation<ReqT, RespT> invocation,
      Optional<OperationKey> key,
      Consumer<Operation<RespT>> onOver) {
    super(failures(settings, invocation), settings.limits().maxJoiners(), onOver);
    this.settings = settings;
    this.invocation = invocation;
    this.key = key;
    this.parent = invocation.requestId().orElseGet(RequestId::random);
    this.transaction = new OpenTransaction(settings.store());
    this.turn = new HandlersTurn(settings.executor(), settings.nanoTime());
  }

  @Override
  public void begin() {
    proceed(this::lookInNewTransaction);
  }

  private void lookInNewTransaction() {
    look(transaction.begin());
  }

  private void look(Transaction tr) {
    if (key.isEmpty()) {
      awaitTurn(tr, Optional.empty());
      return;
    }
    OperationKey operation = key.get();
    after(
        settings.records().find(tr, operation.identity()),
        found -> decide(tr, operation, found),
        failure -> lookFailed(tr, failure));
  }

  private void decide(Transaction tr, OperationKey operation, Lookup found) {
    if (found instanceof Lookup.Expired expired) {
      refuse(Refusals.requestIdExpired(expired));
    } else if (found instanceof Lookup.Found present) {
      end(answerFrom(present.record(), operation));
    } else if (found instanceof Lookup.Absent absent) {
      if (absent.neglected()) {
        String subspace = settings.records().name();
        settings.log().say(LogLine.NEGLECTED, subspace);
      }
      Write write = new Write(operation, absent);
      if (finalFailure == null) {
        awaitTurn(tr, Optional.of(write));
      } else {
        commit(tr, Optional.of(write), finalFailure);
      }
    }
  }

  /** The right to write an operation's record, which its absence in this transaction gives. */
  private record Write(OperationKey operation, Lookup.Absent absent) {}

  private Answer<RespT> answerFrom(Record record, OperationKey operation) {
    GuardedMethod<ReqT, RespT> method = invocation.method();
    Optional<StatusRuntimeException> reused = method.reuse(record, operation.request());
    if (reused.isPresent()) {
      return Answer.refusal(reused.get());
    }
    return record.hasOutcome()
        ? method.answer(record.getOutcome()).replayed()
        : Answer.refusal(
            settings.unfinishedSteps().refusal(method.descriptor(), settings.limits().pushback()));
  }

  /** The executor may have no thread for long, and a transaction doesn't live long. */
  private void awaitTurn(Transaction tr, Optional<Write> write) {
    try {
      turn.take(() -> proceed(() -> execute(tr, write)), () -> proceed(this::lookInNewTransaction));
    } catch (RejectedExecutionException e) {
      fail(e);
    }
  }

  private void execute(Transaction tr, Optional<Write> write) {
    if (conflicts >= MOST_QUIET_EXECUTIONS) {
      say(
          LogLine.MANY_EXECUTIONS,
          "call",
          method(),
          MOST_QUIET_EXECUTIONS,
          String.valueOf(lastConflict));
    }
    Continuations continuations = Continuations.on(settings.executor(), invocation.captured());
    HandlerTransaction view = new HandlerTransaction(tr, continuations);
    Deadline deadline = latestDeadline();
    GuardedExecution guarded = invocation.method().executionOf(invocation.scope(), parent);
    Execution<ReqT, RespT> fresh =
        new Execution<>(
            settings,
            invocation,
            contextOf(view, guarded, deadline),
            continuations,
            captured -> {
              view.seal();
              tookNanos = settings.nanoTime().getAsLong() - startedNanos;
              proceed(() -> settle(tr, write, captured.unlessRefused(guarded), deadline));
            });
    execution = fresh;
    startedNanos = settings.nanoTime().getAsLong();
    if (isOver()) {
      stop();
    } else {
      fresh.startHere();
    }
  }

  private CancellableContext contextOf(
      HandlerTransaction view, GuardedExecution guarded, @Nullable Deadline deadline) {
    return HandlerContext.of(
        invocation,
        HandlerCall.in(CallOrigin.of(invocation), guarded, view),
        guarded,
        deadline,
        settings.scheduler());
  }

  private void settle(
      Transaction tr,
      Optional<Write> write,
      CapturedAnswer<RespT> captured,
      @Nullable Deadline deadline) {
    Status status = captured.status();
    boolean isFinal = captured.isFinal(invocation.method().guard());
    Optional<StoreError> cause =
        status.isOk() ? Optional.empty() : StoreError.causing(status.getCause());
    if (cause.isPresent() && cause.get().isRetryable()) {
      executeAgain(tr, cause.get());
    } else if (cause.isPresent() && !(cause.get().isMisuse() && isFinal)) {
      failUnrecorded(CapturedAnswer.byGuard(failures().answer(cause.get().exception())), deadline);
    } else if (!isFinal) {
      failUnrecorded(captured, deadline);
    } else if (status.isOk()) {
      commit(tr, write, captured);
    } else if (write.isEmpty()) {
      endAsExecuted(captured.unrecorded());
    } else {
      // In a transaction of its own, so that the handler's writes are dropped.
      finalFailure = captured;
      lookInNewTransaction();
    }
  }

  /** Others may have more time than the execution was given. */
  private void failUnrecorded(CapturedAnswer<RespT> captured, @Nullable Deadline deadline) {
    if (deadline != null && deadline.isExpired() && outlasts(deadline)) {
      abandonExecution("its deadline is over, and another attempt waits longer");
      lookInNewTransaction();
    } else {
      endAsExecuted(captured.unrecorded());
    }
  }

  private void commit(Transaction tr, Optional<Write> write, CapturedAnswer<RespT> captured) {
    Outcome outcome = captured.outcome();
    int maxBytes = settings.limits().maxResponseBytes();
    if (outcome.getSerializedSize() > maxBytes) {
      refuse(Refusals.responseTooLarge(maxBytes));
      return;
    }
    if (!beginCommit()) {
      transaction.close();
      return;
    }
    write.ifPresent(
        w ->
            settings
                .records()
                .complete(
                    tr,
                    w.operation().identity(),
                    w.absent(),
                    w.operation().fingerprint(),
                    outcome));
    after(
        tr.commit(),
        done -> endAsExecuted(captured.recorded(outcome)),
        failure -> commitFailed(tr, failure));
  }

  private void commitFailed(Transaction tr, Throwable failure) {
    Optional<StoreError> error = StoreError.causing(failure);
    maybeCommitted |= error.map(StoreError::isMaybeCommitted).orElse(false);
    if (key.isEmpty() && !error.map(StoreError::isNotCommitted).orElse(false)) {
      say(LogLine.COMMIT_UNKNOWN, method(), error.map(StoreError::toString).orElse("an exception"));
      end(Answer.failure(Status.UNKNOWN.withDescription(UNKNOWN_RESULT), new Metadata()));
    } else if (!reopen()) {
      abandonExecution(NOBODY_WAITS);
      transaction.close();
    } else if (error.isPresent() && error.get().isRetryable()) {
      executeAgain(tr, error.get());
    } else {
      fail(failure);
    }
  }

  private void executeAgain(Transaction tr, StoreError error) {
    if (finalFailure == null) {
      conflicts++;
      lastConflict = error;
      abandonExecution("it is executed again, because of " + error);
    }
    tooOld = error.isTooLate() ? tooOld + 1 : 0;
    if (tooOld >= MAX_TOO_OLD) {
      end(
          isHandlersFault(error)
              ? Answer.refusal(
                  Refusals.transactionTooOld(tooOld, Duration.ofNanos(tookNanos), !maybeCommitted))
              : failures().answer(error.exception()));
    } else {
      lookAfterExecution(tr, error);
    }
  }

  private void say(LogLine line, Object... words) {
    settings.log().say(line, method(), words);
  }

  private String method() {
    return invocation.method().descriptor().getFullMethodName();
  }

  /** The store's timeout counts the handler's time as well as its own. */
  private boolean isHandlersFault(StoreError error) {
    return finalFailure == null
        && (!error.isTimeout() || tookNanos > Store.TRANSACTION_LIFE.toNanos());
  }

  /** The handler's time is over as well, if it was too slow: the next one has its own. */
  private void lookAfterExecution(Transaction tr, StoreError error) {
    if (error.isTooLate()) {
      lookInNewTransaction();
    } else {
      lookAgain(tr, error);
    }
  }

  private void lookFailed(Transaction tr, Throwable failure) {
    Optional<StoreError> error = StoreError.causing(failure);
    if (error.isPresent() && error.get().isRetryable() && !error.get().isTimeout()) {
      lookAgain(tr, error.get());
    } else {
      fail(failure);
    }
  }

  private void lookAgain(Transaction tr, StoreError error) {
    if (error.endsTransaction()) {
      lookInNewTransaction();
      return;
    }
    after(transaction.goOn(tr, error), this::look, this::fail);
  }

  /** What the last stage began may have given it another handle since. */
  @Override
  public void overtaken() {
    transaction.close();
  }

  private void refuse(StatusRuntimeException refusal) {
    end(Answer.refusal(refusal));
  }

  @Override
  public void end(Answer<RespT> answer) {
    turn.end();
    transaction.close();
    finish(answer);
    abandonExecution("another answer was sent");
  }

  /** Ends with what the handler answered. */
  private void endAsExecuted(Answer<RespT> answer) {
    transaction.close();
    finish(answer);
    Execution<ReqT, RespT> last = execution;
    if (last != null) {
      last.complete();
    }
  }

  @Override
  public void stop() {
    turn.end();
    abandonExecution(NOBODY_WAITS);
    transaction.close();
  }

  private void abandonExecution(String why) {
    Execution<ReqT, RespT> current = execution;
    if (current != null) {
      current.abandon(why);
    }
  }
}
