package io.github.grpconce.internal.steps;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.internal.attempt.OperationKey;
import io.github.grpconce.internal.record.Executions;
import io.github.grpconce.internal.record.Leasing;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.internal.store.StoreLoop.Decided;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Failure;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.github.grpconce.v1.Step;
import io.github.grpconce.v1.StoredRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One execution's right to commit: what it must find in the store, and how it writes there.
 *
 * <p>It begins without a claim, or with one that it took over. Without one, its first write claims
 * the operation: the request and all that resuming needs go into the same commit. Thread-safe.
 */
final class Tenure {

  /** What a transaction found of this tenure. */
  sealed interface Standing {

    /** Nobody has claimed the operation. */
    record Free(Lookup.Absent absent) implements Standing {}

    /** The claim is this tenure's. */
    record Held(long readVersion) implements Standing {}

    /** Another execution has it, or had it and completed it. */
    record Lost() implements Standing {}
  }

  private final Records records;
  private final OperationKey operation;
  private final Execution claim;

  /** What the first write has to write with the claim. */
  private final Optional<StoredRequest> request;

  private final Leasing leasing;
  private volatile boolean claimed;

  /** Whether giving the lease up has left the operation stalled, or was to. */
  private volatile boolean stalling;

  private Tenure(
      Records records,
      OperationKey operation,
      Execution claim,
      Optional<StoredRequest> request,
      Leasing leasing) {
    this.records = records;
    this.operation = operation;
    this.claim = claim;
    this.request = request;
    this.leasing = leasing;
    this.claimed = request.isEmpty();
  }

  /** A tenure that nothing is written of yet; its first write writes this claim and request. */
  static Tenure unclaimed(
      Records records,
      OperationKey operation,
      Execution claim,
      StoredRequest request,
      Leasing leasing) {
    return new Tenure(records, operation, claim, Optional.of(request), leasing);
  }

  /** A tenure whose claim is in the store. */
  static Tenure of(Records records, OperationKey operation, Execution claim, Leasing leasing) {
    return new Tenure(records, operation, claim, Optional.empty(), leasing);
  }

  /** The claim, as it is in the store or will be. */
  Execution claim() {
    return claim;
  }

  /** Whether there is a claim in the store, as far as is known here. */
  boolean isClaimed() {
    return claimed;
  }

  /** A step has been committed, or was found: so the claim is in the store. */
  void confirm() {
    claimed = true;
  }

  /** Finds out, with a read conflict, whether this tenure may write in a transaction. */
  CompletableFuture<Standing> in(Transaction transaction) {
    CompletableFuture<Long> version = transaction.getReadVersion();
    return claimed
        ? executions()
            .find(transaction, identity())
            .thenCombine(
                version,
                (found, v) -> found.map(record -> standing(record, v)).orElse(new Standing.Lost()))
        : records
            .find(transaction, identity())
            .thenCombine(version, (found, v) -> standing(found, v));
  }

  private Standing standing(Lookup found, long readVersion) {
    if (found instanceof Lookup.Absent absent) {
      return new Standing.Free(absent);
    }
    return found instanceof Lookup.Found present
        ? standing(present.record(), readVersion)
        : new Standing.Lost();
  }

  private Standing standing(Record record, long readVersion) {
    Execution found = record.getExecution();
    if (!record.hasExecution()
        || found.getToken() != claim.getToken()
        || !found.getOwner().equals(claim.getOwner())) {
      return new Standing.Lost();
    }
    confirm();
    return new Standing.Held(readVersion);
  }

  /** Finds a step that was done in this execution or an earlier one, with a read conflict. */
  CompletableFuture<Optional<Step>> step(Transaction transaction, String label) {
    return executions().step(transaction, identity(), label);
  }

  /** Writes that a step is done; claims the operation if nobody has. */
  void remember(Transaction transaction, Standing standing, Step step) {
    if (standing instanceof Standing.Free free) {
      begin(transaction, free.absent());
    }
    executions().remember(transaction, identity(), step);
  }

  /** Claims the operation, which nobody has. */
  void begin(Transaction transaction, Lookup.Absent absent) {
    executions()
        .begin(
            transaction,
            identity(),
            absent,
            operation.fingerprint(),
            claim.toBuilder().setBegunAtVersion(absent.readVersion()).build(),
            request.orElseThrow(),
            leasing.first(claim, absent.readVersion()));
  }

  /**
   * Writes the claim itself, in the place of one whose lease is over.
   *
   * @param over that lease
   */
  void takeOver(Transaction transaction, Lease over, long readVersion) {
    executions()
        .takeOver(
            transaction,
            identity(),
            operation.fingerprint(),
            claim,
            leasing.takenOver(over, claim, readVersion));
  }

  /** Writes what all attempts get back. */
  void complete(Transaction transaction, Standing standing, Outcome outcome) {
    if (standing instanceof Standing.Held held) {
      executions()
          .complete(transaction, identity(), operation.fingerprint(), outcome, held.readVersion());
    } else if (standing instanceof Standing.Free free) {
      records.complete(transaction, identity(), free.absent(), operation.fingerprint(), outcome);
    }
  }

  /**
   * Lets the next attempt take over at once, because this execution has failed.
   *
   * @param progress whether it has done a step that wasn't done before
   * @param hopeless whether the next one would fail in the same way: then no server tries on its
   *     own account
   * @return the lease that is left; written unless it had been given up before
   */
  CompletableFuture<Decided<Lease>> release(
      Transaction transaction,
      Standing.Held held,
      Failure failure,
      boolean progress,
      boolean hopeless) {
    return records
        .leases()
        .find(transaction, identity().hash())
        .thenApply(
            found -> {
              Lease own = found.orElse(Lease.getDefaultInstance());
              if (isMine(own) && own.getReleased()) {
                return Decided.reading(own);
              }
              Failure now = failure.toBuilder().setAtVersion(held.readVersion()).build();
              Lease given = leasing.givenUp(leasing.renewed(own, claim, 0), now, progress);
              Lease left = hopeless ? Leasing.stalled(given) : given;
              stalling = left.getStalled() && !own.getStalled();
              records.leases().put(transaction, identity().hash(), left);
              return Decided.writing(left);
            });
  }

  /** Whether it was this tenure's end that has left the operation stalled. */
  boolean hasStalled() {
    return stalling;
  }

  /**
   * Makes the lease last longer.
   *
   * @return whether there is a lease of this tenure to renew
   */
  CompletableFuture<Boolean> renew(Transaction transaction) {
    return records
        .leases()
        .find(transaction, identity().hash())
        .thenCombine(
            transaction.getReadVersion(),
            (found, version) -> {
              boolean mine = found.map(this::isMine).orElse(false);
              if (mine) {
                Lease renewed = leasing.renewed(found.orElseThrow(), claim, version);
                records.leases().put(transaction, identity().hash(), renewed);
              }
              return mine;
            });
  }

  /** Tokens alone don't tell: they begin again when an opaque ID was forgotten. */
  private boolean isMine(Lease lease) {
    return lease.getToken() == claim.getToken() && lease.getOwner().equals(claim.getOwner());
  }

  private Executions executions() {
    return records.executions();
  }

  private RecordIdentity identity() {
    return operation.identity();
  }
}
