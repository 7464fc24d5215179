package io.github.grpconce.server;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.record.Lookup;
import io.github.grpconce.record.RequestFingerprints;
import io.github.grpconce.record.StoreError;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
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
final class TransactionOperation<ReqT, RespT> extends Operation<RespT> {

  private static final Logger LOG = Logger.getLogger(TransactionOperation.class.getName());

  /** So many executions may outlive their transaction before the handler is taken for too slow. */
  private static final int MAX_TOO_OLD = 3;

  private static final String NOBODY_WAITS = "nobody waits for it any more";

  private static final String UNKNOWN_RESULT =
      "the store can't tell whether the call took effect, and it has no request ID to find out";

  private final Settings settings;
  private final Invocation<ReqT, RespT> invocation;
  private final Optional<OperationKey> key;

  private volatile @Nullable Transaction transaction;
  private volatile @Nullable Execution<ReqT, RespT> execution;
  private @Nullable CapturedAnswer<RespT> finalFailure;
  private int tooOld;

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
    super(settings.limits().maxJoiners(), onOver);
    this.settings = settings;
    this.invocation = invocation;
    this.key = key;
  }

  @Override
  void begin() {
    proceed(this::lookInNewTransaction);
  }

  private void lookInNewTransaction() {
    release();
    Transaction fresh = handle(settings.database().createTransaction());
    fresh.options().setTimeout(settings.limits().storeTimeout().toMillis());
    look(fresh);
  }

  private void look(Transaction tr) {
    if (key.isEmpty()) {
      execute(tr, Optional.empty());
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
      Write write = new Write(operation, absent);
      if (finalFailure == null) {
        execute(tr, Optional.of(write));
      } else {
        commit(tr, Optional.of(write), finalFailure);
      }
    }
  }

  /** The right to write an operation's record, which its absence in this transaction gives. */
  private record Write(OperationKey operation, Lookup.Absent absent) {}

  private Answer<RespT> answerFrom(Record record, OperationKey operation) {
    GuardedMethod<ReqT, RespT> method = invocation.method();
    RequestFingerprints fingerprints = method.fingerprints();
    if (!fingerprints.match(record.getFingerprint(), operation.fingerprint())) {
      return Answer.refusal(
          Refusals.requestIdReused(
              fingerprints.firstDifference(record.getFingerprint(), operation.fingerprint())));
    }
    return record.hasOutcome()
        ? method.answer(record.getOutcome()).replayed()
        : Answer.refusal(Refusals.inProgress(settings.limits().pushback()));
  }

  private void execute(Transaction tr, Optional<Write> write) {
    HandlerTransaction view = new HandlerTransaction(tr);
    Deadline deadline = latestDeadline();
    Execution<ReqT, RespT> fresh =
        new Execution<>(
            invocation,
            contextOf(view, deadline),
            settings.executor(),
            settings.limits().maxResponseBytes(),
            captured -> {
              view.seal();
              proceed(() -> settle(tr, write, captured, deadline));
            });
    execution = fresh;
    if (isOver()) {
      stop();
    } else {
      fresh.start();
    }
  }

  /** Not the attempt's own context, whose cancellation must not end what others have joined. */
  private CancellableContext contextOf(HandlerTransaction view, @Nullable Deadline deadline) {
    Optional<RequestId> requestId = invocation.requestId();
    Context context = new IdempotentCall(requestId, view).attachTo(invocation.context().fork());
    if (requestId.isPresent()) {
      context = new GuardedExecution(requestId.get(), invocation.scope()).attachTo(context);
    }
    return deadline == null
        ? context.withCancellation()
        : context.withDeadline(deadline, settings.scheduler());
  }

  private void settle(
      Transaction tr,
      Optional<Write> write,
      CapturedAnswer<RespT> captured,
      @Nullable Deadline deadline) {
    Status status = captured.status();
    Optional<StoreError> cause = StoreError.causing(status.getCause());
    if (!status.isOk() && cause.isPresent() && cause.get().isRetryable()) {
      executeAgain(tr, cause.get());
    } else if (captured.byGuard() || !invocation.method().guard().isFinal(status.getCode())) {
      failUnrecorded(captured, deadline);
    } else if (status.isOk()) {
      commit(tr, write, captured);
    } else if (write.isEmpty()) {
      failUnrecorded(captured, null);
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
      release();
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
    if (key.isEmpty() && error.isPresent() && error.get().isMaybeCommitted()) {
      end(Answer.failure(Status.UNKNOWN.withDescription(UNKNOWN_RESULT), new Metadata()));
    } else if (!reopen()) {
      abandonExecution(NOBODY_WAITS);
      release();
    } else if (error.isPresent() && error.get().isRetryable()) {
      executeAgain(tr, error.get());
    } else {
      end(Failures.answer(failure, settings.limits().pushback()));
    }
  }

  private void executeAgain(Transaction tr, StoreError error) {
    if (finalFailure == null) {
      abandonExecution("it is executed again, because of " + error);
    }
    if (error.isTooLate() && ++tooOld >= MAX_TOO_OLD) {
      end(
          maybeCommitted
              ? Failures.answer(error.exception(), settings.limits().pushback())
              : Answer.refusal(Refusals.transactionTooOld()));
    } else {
      lookAgain(tr, error);
    }
  }

  private void lookFailed(Transaction tr, Throwable failure) {
    Optional<StoreError> error = StoreError.causing(failure);
    if (error.isPresent() && error.get().isRetryable() && !error.get().isTimeout()) {
      lookAgain(tr, error.get());
    } else {
      end(Failures.answer(failure, settings.limits().pushback()));
    }
  }

  private void lookAgain(Transaction tr, StoreError error) {
    if (error.endsTransaction()) {
      lookInNewTransaction();
      return;
    }
    after(
        tr.onError(error.exception()).thenApply(this::handle),
        this::look,
        failure -> end(Failures.answer(failure, settings.limits().pushback())));
  }

  /** Keeps the handle with which the transaction goes on; it has to be closed in any case. */
  private Transaction handle(Transaction fresh) {
    transaction = fresh;
    return fresh;
  }

  private <T> void after(
      CompletableFuture<T> future, Consumer<T> next, Consumer<Throwable> onFailure) {
    CompletableFuture<T> unused =
        future.whenComplete(
            (value, failure) ->
                proceed(
                    failure == null ? () -> next.accept(value) : () -> onFailure.accept(failure)));
  }

  /** Runs a stage, unless everybody has left; nothing that it throws is lost. */
  private void proceed(Runnable stage) {
    if (isOver()) {
      release();
      return;
    }
    try {
      stage.run();
    } catch (RuntimeException | Error e) {
      // If it was stopped meanwhile, the stage found its transaction closed: nothing to report.
      if (!isOver()) {
        LOG.log(Level.WARNING, "a guarded call failed within its guard", e);
      }
      end(Failures.answer(e, settings.limits().pushback()));
    }
  }

  private void refuse(StatusRuntimeException refusal) {
    end(Answer.refusal(refusal));
  }

  /** Ends with an answer that is not the handler's: its execution, if any, came to nothing. */
  private void end(Answer<RespT> answer) {
    release();
    finish(answer);
    abandonExecution("another answer was sent");
  }

  /** Ends with what the handler answered. */
  private void endAsExecuted(Answer<RespT> answer) {
    release();
    finish(answer);
    Execution<ReqT, RespT> last = execution;
    if (last != null) {
      last.complete();
    }
  }

  /**
   * Closing ends what is pending, too. Cancelling would throw if the handle was given up meanwhile,
   * by another stage or by onError.
   */
  @Override
  void stop() {
    abandonExecution(NOBODY_WAITS);
    release();
  }

  private void abandonExecution(String why) {
    Execution<ReqT, RespT> current = execution;
    if (current != null) {
      current.abandon(why);
    }
  }

  private void release() {
    Transaction current = transaction;
    if (current != null) {
      current.close();
    }
  }
}
