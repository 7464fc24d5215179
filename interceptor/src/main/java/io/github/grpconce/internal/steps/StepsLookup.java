package io.github.grpconce.internal.steps;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.ExecutionFencedException;
import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.Refusals;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.internal.attempt.OperationKey;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.record.Executions;
import io.github.grpconce.internal.record.Leases;
import io.github.grpconce.internal.record.Leasing;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.store.StoreLoop.Decided;
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
public final class StepsLookup<RespT> {

  /** What a look came to. */
  sealed interface Found<RespT> {}

  /** Nothing is to be executed. */
  public record Answered<RespT>(Answer<RespT> answer) implements Found<RespT> {}

  /**
   * The caller may execute.
   *
   * @param takenOver whether another execution has begun before
   */
  record Open<RespT>(Tenure tenure, boolean takenOver) implements Found<RespT> {}

  /** It has failed so often that it is left to clients' attempts and operators from now on. */
  record Stalled<RespT>() implements Found<RespT> {}

  /** Somebody else executes, for so long at most unless the lease is renewed. */
  record Held<RespT>(CompletableFuture<Void> change, Duration leaseLeft) implements Found<RespT> {}

  private final Settings settings;
  private final Invocation<?, RespT> invocation;
  private final OperationKey key;
  private final boolean resumed;
  private final BooleanSupplier onOwnAccount;
  private final BooleanSupplier mayCommit;
  private final String owner;

  /** Whether this look has tried to leave the operation stalled. */
  private boolean stalling;

  /**
   * Prepares a look.
   *
   * @param resumed whether it is only for what is in progress, whatever the horizon says
   * @param onOwnAccount asked whether no client waits for it, so that what has failed is left alone
   * @param mayCommit asked before it takes over
   */
  StepsLookup(
      Settings settings,
      Invocation<?, RespT> invocation,
      OperationKey key,
      boolean resumed,
      BooleanSupplier onOwnAccount,
      BooleanSupplier mayCommit) {
    this.settings = settings;
    this.invocation = invocation;
    this.key = key;
    this.resumed = resumed;
    this.onOwnAccount = onOwnAccount;
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
        : completedFuture(first(transaction, (Lookup.Absent) lookup));
  }

  private Decided<Found<RespT>> first(Transaction transaction, Lookup.Absent absent) {
    if (absent.neglected()) {
      settings.log().say(LogLine.NEGLECTED, settings.records().name());
    }
    Execution claim = Claims.first(invocation, owner, settings.clock());
    Tenure tenure =
        Tenure.unclaimed(settings.records(), key, claim, Claims.request(invocation), leasing());
    if (!Claims.isMadeAhead(claim)) {
      return Decided.reading(new Open<>(tenure, false));
    }
    requireSomebody();
    tenure.begin(transaction, absent);
    // Whoever gets this gets it after the commit: then the claim is there.
    return Decided.writing(open(claim, false));
  }

  private CompletableFuture<Decided<Found<RespT>>> decideByRecord(
      Transaction transaction, Record record) {
    Optional<StatusRuntimeException> reused = invocation.method().reuse(record, key.request());
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
      return completedFuture(Decided.reading(open(execution, execution.getToken() > 1)));
    }
    return settings
        .records()
        .leases()
        .find(transaction, key.identity().hash())
        .thenCombine(
            transaction.getReadVersion(),
            (lease, version) ->
                decide(transaction, execution, lease.orElse(Lease.getDefaultInstance()), version));
  }

  private Decided<Found<RespT>> decide(
      Transaction transaction, Execution execution, Lease lease, long version) {
    if (Leases.isHeld(lease, version)) {
      return held(transaction, lease, version);
    }
    if (!onOwnAccount.getAsBoolean()) {
      return takenOver(transaction, execution, lease, version);
    }
    if (!Leases.isDue(lease, version)) {
      // Another server was faster, and has failed; or this look has left it stalled.
      return Decided.reading(stalling ? new Stalled<>() : new Answered<>(inProgress()));
    }
    Lease left = leasing().afterDeath(lease, version);
    if (Leasing.died(lease) && left.getStalled()) {
      stalling = true;
      settings.records().leases().put(transaction, key.identity().hash(), left);
      return Decided.writing(new Stalled<>());
    }
    return takenOver(transaction, execution, lease, version);
  }

  private Decided<Found<RespT>> takenOver(
      Transaction transaction, Execution execution, Lease lease, long version) {
    requireSomebody();
    Open<RespT> open = open(Claims.next(execution, owner), true);
    open.tenure().takeOver(transaction, lease, version);
    return Decided.writing(open);
  }

  private void requireSomebody() {
    if (!mayCommit.getAsBoolean()) {
      throw new ExecutionFencedException("nobody waits for this call any more");
    }
  }

  private Open<RespT> open(Execution claim, boolean takenOver) {
    return new Open<>(Tenure.of(settings.records(), key, claim, leasing()), takenOver);
  }

  private Leasing leasing() {
    return settings.steps().leasing();
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
