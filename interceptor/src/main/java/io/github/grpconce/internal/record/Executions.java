package io.github.grpconce.internal.record;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.github.grpconce.v1.Step;
import io.github.grpconce.v1.StoredRequest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The executions in progress of one subspace: read and written within the transactions of others.
 *
 * <pre>
 * absent ── begin ──▶ claim and request, listed, with a lease ── complete ──▶ outcome
 *                       └── remember: another step ──┘
 *                       └── takeOver: another claim ─┘
 * </pre>
 *
 * <p>Whoever writes must have read the record in the same transaction, with a conflict, and found
 * it his own or free to take: that is what makes two executions exclude each other. Thread-safe;
 * nothing blocks.
 */
public final class Executions {

  private final RecordKeys keys;
  private final Leases leases;

  public Executions(RecordKeys keys) {
    this.keys = keys;
    this.leases = new Leases(keys);
  }

  /**
   * Reads the record of an operation with a read conflict, whether or not the horizon has passed
   * its ID: what is in progress may be finished.
   */
  public CompletableFuture<Optional<Record>> find(
      ReadTransaction transaction, RecordIdentity identity) {
    return RecordParts.read(transaction, keys.record(identity));
  }

  /** Reads what a step returned, with a read conflict; empty if it isn't done. */
  public CompletableFuture<Optional<Step>> step(
      ReadTransaction transaction, RecordIdentity identity, String label) {
    return RecordParts.readBelow(transaction, RecordKeys.step(keys.record(identity), label))
        .thenApply(found -> found.map(Executions::checkedStep));
  }

  private static Step checkedStep(Record found) {
    if (!found.hasStep()) {
      throw new UnreadableRecordException("a step that was done is damaged");
    }
    return found.getStep();
  }

  /**
   * Begins: writes the claim and the request, lists the execution and gives it its lease.
   *
   * @param seen that there is no record, in this transaction
   * @param lease renewed at this transaction's read version
   */
  public void begin(
      Transaction transaction,
      RecordIdentity identity,
      Lookup.Absent seen,
      Fingerprint fingerprint,
      Execution claim,
      StoredRequest request,
      Lease lease) {
    byte[] key = keys.record(identity);
    takeOver(transaction, identity, fingerprint, claim, lease);
    RecordParts.write(transaction, RecordKeys.request(key), record().setRequest(request).build());
    transaction.set(keys.execution(identity.hash().toByteArray()), key);
    SubspaceState.writeFormat(transaction, keys, seen);
  }

  /** Writes a claim in the place of another; its request and the steps stay. */
  public void takeOver(
      Transaction transaction,
      RecordIdentity identity,
      Fingerprint fingerprint,
      Execution claim,
      Lease lease) {
    RecordParts.write(
        transaction,
        keys.record(identity),
        record().setFingerprint(fingerprint).setExecution(claim).build());
    leases.put(transaction, identity.hash(), lease);
  }

  /** Writes what a step returned. */
  public void remember(Transaction transaction, RecordIdentity identity, Step step) {
    RecordParts.write(
        transaction,
        RecordKeys.step(keys.record(identity), step.getLabel()),
        record().setStep(step).build());
  }

  /**
   * Writes the outcome in the place of the execution and all that belongs to it.
   *
   * @param readVersion this transaction's
   */
  public void complete(
      Transaction transaction,
      RecordIdentity identity,
      Fingerprint fingerprint,
      Outcome outcome,
      long readVersion) {
    complete(
        transaction, identity.hash(), keys.record(identity), fingerprint, outcome, readVersion);
  }

  /** As above, where the record's key is what is known of its identity. */
  public void complete(
      Transaction transaction,
      ByteString hash,
      byte[] key,
      Fingerprint fingerprint,
      Outcome outcome,
      long readVersion) {
    clear(transaction, hash, key);
    RecordParts.write(
        transaction, key, record().setFingerprint(fingerprint).setOutcome(outcome).build());
    if (keys.isOpaque(key)) {
      transaction.set(keys.opaqueAge(hash.toByteArray(), readVersion), new byte[0]);
    }
  }

  /** Takes away a record and all that belongs to its execution, if it is one. */
  public void clear(Transaction transaction, ByteString hash, byte[] key) {
    transaction.clear(Range.startsWith(key));
    transaction.clear(keys.execution(hash.toByteArray()));
    transaction.clear(keys.lease(hash.toByteArray()));
  }

  private static Record.Builder record() {
    return Record.newBuilder().setFormat(SubspaceState.FORMAT);
  }

  /** Completes when the record has changed, some time after this transaction's commit. */
  public CompletableFuture<Void> watch(Transaction transaction, RecordIdentity identity) {
    return transaction.watch(keys.record(identity));
  }

  /**
   * An execution in progress as it is listed.
   *
   * @param hash of its record's identity
   */
  public record Listed(ByteString hash, ByteString recordKey, Record record) {

    /** Leaves out the record, which says who asked for what. */
    @Override
    public String toString() {
      return "Listed[" + HexFormat.of().formatHex(hash.toByteArray()) + "]";
    }
  }

  /** Reads an execution in progress by the hash of its identity; empty if it isn't in progress. */
  public CompletableFuture<Optional<Listed>> listed(ReadTransaction transaction, ByteString hash) {
    byte[] entry = keys.execution(hash.toByteArray());
    return transaction
        .get(entry)
        .thenCompose(
            key ->
                key == null
                    ? completedFuture(Optional.empty())
                    : listed(transaction, hash, entry, key));
  }

  private CompletableFuture<Optional<Listed>> listed(
      ReadTransaction transaction, ByteString hash, byte[] entry, byte[] key) {
    byte[] unused = keys.hashOfExecution(entry, key);
    return RecordParts.read(transaction, key)
        .thenApply(
            found ->
                found
                    .filter(Record::hasExecution)
                    .map(record -> new Listed(hash, ByteString.copyFrom(key), record)));
  }

  /**
   * Reads the request of an execution in progress.
   *
   * @return fails with {@link UnreadableRecordException} if it is not there, as it must be
   */
  public CompletableFuture<StoredRequest> request(ReadTransaction transaction, Listed listed) {
    return RecordParts.readBelow(transaction, RecordKeys.request(listed.recordKey().toByteArray()))
        .thenApply(
            found ->
                found
                    .filter(Record::hasRequest)
                    .map(Record::getRequest)
                    .orElseThrow(
                        () -> new UnreadableRecordException("an execution lacks its request")));
  }
}
