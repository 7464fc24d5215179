package io.github.grpconce.server;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.record.Executions;
import io.github.grpconce.record.Leases;
import io.github.grpconce.record.Lookup;
import io.github.grpconce.server.StoreLoop.Decided;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Record;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * One look at the store for an operation in STEPS mode: who may execute it now? Takes over from an
 * execution whose lease is over. Used for one look, however often its transaction is tried.
 */
final class StepsLookup<RespT> {

  /** What a look came to. */
  sealed interface Found<RespT> {}

  /** Nothing is to be executed. */
  record Answered<RespT>(Answer<RespT> answer) implements Found<RespT> {}

  /** The caller may execute. */
  record Open<RespT>(Tenure tenure) implements Found<RespT> {}

  /** Somebody else executes, for so long at most unless the lease is renewed. */
  record Held<RespT>(CompletableFuture<Void> change, Duration leaseLeft) implements Found<RespT> {}

  private final Settings settings;
  private final Invocation<?, RespT> invocation;
  private final OperationKey key;
  private final boolean resumed;
  private final BooleanSupplier mayCommit;
  private final String owner;

  /**
   * Prepares a look.
   *
   * @param resumed whether it is on the server's own account, and only for what is in progress
   * @param mayCommit asked before it takes over
   */
  StepsLookup(
      Settings settings,
      Invocation<?, RespT> invocation,
      OperationKey key,
      boolean resumed,
      BooleanSupplier mayCommit) {
    this.settings = settings;
    this.invocation = invocation;
    this.key = key;
    this.resumed = resumed;
    this.mayCommit = mayCommit;
    this.owner = settings.steps().owners().get();
  }

  /** Looks, in a transaction. */
  CompletableFuture<Decided<Found<RespT>>> in(Transaction transaction) {
    return resumed
        ? executions()
            .find(transaction, key.identity())
            .thenCompose(
                found ->
                    found.isPresent()
                        ? decideByRecord(transaction, found.get())
                        : answered(inProgress()))
        : settings
            .records()
            .find(transaction, key.identity())
            .thenCompose(found -> decide(transaction, found));
  }

  private CompletableFuture<Decided<Found<RespT>>> decide(Transaction transaction, Lookup lookup) {
    if (lookup instanceof Lookup.Found found) {
      return decideByRecord(transaction, found.record());
    }
    return lookup instanceof Lookup.Expired expired
        ? answered(Answer.refusal(Refusals.requestIdExpired(expired)))
        : completedFuture(
            Decided.reading(
                new Open<>(
                    Tenure.unclaimed(
                        settings.records(),
                        key,
                        Claims.first(invocation, owner),
                        Claims.request(invocation),
                        settings.steps().lease()))));
  }

  private CompletableFuture<Decided<Found<RespT>>> decideByRecord(
      Transaction transaction, Record record) {
    Optional<StatusRuntimeException> reused = invocation.method().reuse(record, key);
    if (reused.isPresent()) {
      return answered(Answer.refusal(reused.get()));
    }
    return record.hasOutcome()
        ? answered(invocation.method().answer(record.getOutcome()).replayed())
        : decideByLease(transaction, record.getExecution());
  }

  private CompletableFuture<Decided<Found<RespT>>> decideByLease(
      Transaction transaction, Execution execution) {
    if (execution.getOwner().equals(owner)) {
      // A commit of this very look, whose result was unknown, has taken effect.
      return completedFuture(Decided.reading(open(execution)));
    }
    return settings
        .records()
        .leases()
        .find(transaction, key.identity().hash())
        .thenCombine(
            transaction.getReadVersion(),
            (lease, version) ->
                isFree(lease, version)
                    ? takenOver(transaction, execution, version)
                    : held(transaction, lease.orElseThrow(), version));
  }

  private static boolean isFree(Optional<Lease> lease, long version) {
    return lease.isEmpty() || lease.get().getReleased() || Leases.isExpired(lease.get(), version);
  }

  private Decided<Found<RespT>> takenOver(
      Transaction transaction, Execution execution, long version) {
    if (!mayCommit.getAsBoolean()) {
      throw new ExecutionFencedException("nobody waits for this call any more");
    }
    Open<RespT> open = open(Claims.next(execution, owner));
    open.tenure().takeOver(transaction, version);
    return Decided.writing(open);
  }

  private Open<RespT> open(Execution claim) {
    return new Open<>(Tenure.of(settings.records(), key, claim, settings.steps().lease()));
  }

  /** The commit arms the watch. */
  private Decided<Found<RespT>> held(Transaction transaction, Lease lease, long version) {
    return Decided.writing(
        new Held<>(
            executions().watch(transaction, key.identity()), Leases.timeLeft(lease, version)));
  }

  private CompletableFuture<Decided<Found<RespT>>> answered(Answer<RespT> answer) {
    return completedFuture(Decided.reading(new Answered<>(answer)));
  }

  private Answer<RespT> inProgress() {
    return Answer.refusal(Refusals.inProgress(settings.limits().pushback()));
  }

  private Executions executions() {
    return settings.records().executions();
  }
}
