package io.github.grpconce.server;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.record.Executions;
import io.github.grpconce.record.Lookup;
import io.github.grpconce.record.RecordIdentity;
import io.github.grpconce.record.Records;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.github.grpconce.v1.Step;
import io.github.grpconce.v1.StoredRequest;
import java.time.Duration;
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

  /** Doubled no further than this. */
  private static final Duration LONGEST_REST = Duration.ofMinutes(5);

  private final Records records;
  private final OperationKey operation;
  private final Execution claim;

  /** What the first write has to write with the claim. */
  private final Optional<StoredRequest> request;

  private final Duration leaseLength;
  private volatile boolean claimed;

  private Tenure(
      Records records,
      OperationKey operation,
      Execution claim,
      Optional<StoredRequest> request,
      Duration leaseLength) {
    this.records = records;
    this.operation = operation;
    this.claim = claim;
    this.request = request;
    this.leaseLength = leaseLength;
    this.claimed = request.isEmpty();
  }

  /** A tenure that nothing is written of yet; its first write writes this claim and request. */
  static Tenure unclaimed(
      Records records,
      OperationKey operation,
      Execution claim,
      StoredRequest request,
      Duration leaseLength) {
    return new Tenure(records, operation, claim, Optional.of(request), leaseLength);
  }

  /** A tenure whose claim is in the store. */
  static Tenure of(Records records, OperationKey operation, Execution claim, Duration leaseLength) {
    return new Tenure(records, operation, claim, Optional.empty(), leaseLength);
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

  /** Finds what a step returned in this execution or an earlier one, with a read conflict. */
  CompletableFuture<Optional<ByteString>> resultOf(Transaction transaction, String label) {
    return executions()
        .step(transaction, identity(), label)
        .thenApply(step -> step.map(Step::getResult));
  }

  /** Writes that a step is done; claims the operation if nobody has. */
  void remember(Transaction transaction, Standing standing, Step step) {
    if (standing instanceof Standing.Free free) {
      executions()
          .begin(
              transaction,
              identity(),
              free.absent(),
              operation.fingerprint(),
              claim,
              request.orElseThrow(),
              lease(free.absent().readVersion(), false));
    }
    executions().remember(transaction, identity(), step);
  }

  /** Writes the claim itself, in the place of one whose lease is over. */
  void takeOver(Transaction transaction, long readVersion) {
    executions()
        .takeOver(
            transaction, identity(), operation.fingerprint(), claim, lease(readVersion, false));
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

  /** Lets the next attempt take over at once. */
  void release(Transaction transaction, Standing.Held held) {
    records.leases().put(transaction, identity().hash(), lease(held.readVersion(), true));
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
              boolean mine = found.map(lease -> lease.getToken() == claim.getToken()).orElse(false);
              if (mine) {
                records.leases().put(transaction, identity().hash(), lease(version, false));
              }
              return mine;
            });
  }

  private Lease lease(long readVersion, boolean released) {
    return Lease.newBuilder()
        .setToken(claim.getToken())
        .setRenewedAtVersion(readVersion)
        .setLeaseMillis((int) (released ? rest() : leaseLength).toMillis())
        .setReleased(released)
        .build();
  }

  /**
   * How long what failed is left alone, unless an attempt comes back for it: each time twice as
   * long, because what never succeeds must not keep servers busy for ever.
   */
  private Duration rest() {
    Duration rest = leaseLength;
    for (long failed = 1; failed < claim.getToken() && rest.compareTo(LONGEST_REST) < 0; failed++) {
      rest = rest.multipliedBy(2);
    }
    return rest;
  }

  private Executions executions() {
    return records.executions();
  }

  private RecordIdentity identity() {
    return operation.identity();
  }
}
