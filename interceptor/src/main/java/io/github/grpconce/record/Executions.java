package io.github.grpconce.record;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The executions in progress of one subspace: read and written within the transactions of others.
 *
 * <pre>
 * absent ── put ──▶ execution, listed, with a lease ── complete ──▶ outcome
 *                     └── put: another step, or another token ──┘
 * </pre>
 *
 * <p>Whoever writes must have read the record in the same transaction, with a conflict, and found
 * it his own or free to take: that is what makes two executions exclude each other. Thread-safe;
 * nothing blocks.
 */
public final class Executions {

  /** FoundationDB's versions grow by about a million a second. */
  private static final long VERSIONS_PER_MILLI = VersionWait.VERSIONS_PER_SECOND / 1_000;

  private static final Logger LOG = Logger.getLogger(Executions.class.getName());

  private final RecordKeys keys;

  Executions(RecordKeys keys) {
    this.keys = keys;
  }

  /**
   * An execution as it is listed.
   *
   * @param position where to go on with the list
   */
  public record Listed(ByteString position, ByteString recordKey) {}

  /**
   * Reads the record of an operation with a read conflict, whether or not the horizon has passed
   * its ID: what is in progress may be finished.
   */
  public CompletableFuture<Optional<Record>> find(
      ReadTransaction transaction, RecordIdentity identity) {
    return find(transaction, keys.record(identity));
  }

  private static CompletableFuture<Optional<Record>> find(ReadTransaction transaction, byte[] key) {
    return transaction
        .get(key)
        .thenCompose(
            value ->
                value == null
                    ? completedFuture(Optional.empty())
                    : RecordParts.complete(transaction, key, value).thenApply(Optional::of));
  }

  /**
   * Writes the record of an execution in progress, lists it and gives it its lease.
   *
   * @param lease renewed at this transaction's read version
   */
  public void put(
      Transaction transaction,
      RecordIdentity identity,
      Fingerprint fingerprint,
      Execution execution,
      Lease lease) {
    byte[] hash = identity.hash().toByteArray();
    write(transaction, identity, record(fingerprint).setExecution(execution).build());
    transaction.set(keys.execution(hash), keys.record(identity));
    renew(transaction, identity.hash(), lease);
    // The larger wins: a newer version's number is never overwritten, and nothing conflicts.
    transaction.mutate(MutationType.BYTE_MAX, keys.format(), SubspaceState.formatValue());
  }

  /**
   * Writes the outcome in the place of the execution.
   *
   * @param readVersion this transaction's
   */
  public void complete(
      Transaction transaction,
      RecordIdentity identity,
      Fingerprint fingerprint,
      Outcome outcome,
      long readVersion) {
    byte[] hash = identity.hash().toByteArray();
    write(transaction, identity, record(fingerprint).setOutcome(outcome).build());
    transaction.clear(keys.execution(hash));
    transaction.clear(keys.lease(hash));
    if (identity.millis().isEmpty()) {
      transaction.set(keys.opaqueAge(identity, readVersion), new byte[0]);
    }
  }

  private static Record.Builder record(Fingerprint fingerprint) {
    return Record.newBuilder().setFormat(SubspaceState.FORMAT).setFingerprint(fingerprint);
  }

  /** The record that was there may have had more parts. */
  private void write(Transaction transaction, RecordIdentity identity, Record record) {
    byte[] key = keys.record(identity);
    transaction.clear(Range.startsWith(key));
    RecordParts.write(transaction, key, record);
  }

  /** Reads a lease; empty if the operation has none, because it isn't in progress. */
  public CompletableFuture<Optional<Lease>> lease(ReadTransaction transaction, ByteString hash) {
    return transaction
        .get(keys.lease(hash.toByteArray()))
        .thenApply(value -> value == null ? Optional.empty() : Optional.of(parse(value)));
  }

  private static Lease parse(byte[] value) {
    try {
      return Lease.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableRecordException("a lease is damaged", e);
    }
  }

  /** Writes a lease that was read in this transaction, or whose execution was. */
  public void renew(Transaction transaction, ByteString hash, Lease lease) {
    byte[] key = keys.lease(hash.toByteArray());
    transaction.set(key, lease.toByteArray());
    transaction.addWriteConflictKey(key);
  }

  /**
   * Whether a lease is over at a read version, by the store's versions and nobody's clock. One from
   * the future is: it came with a backup of another cluster, whose versions say nothing here.
   */
  public static boolean isExpired(Lease lease, long readVersion) {
    long age = readVersion - lease.getRenewedAtVersion();
    return age < 0 || age > lease.getLeaseMillis() * VERSIONS_PER_MILLI;
  }

  /**
   * How long a lease lasts from a read version on: at least a millisecond, so as to be waited for.
   */
  public static Duration timeLeft(Lease lease, long readVersion) {
    long end = lease.getRenewedAtVersion() + lease.getLeaseMillis() * VERSIONS_PER_MILLI;
    return Duration.ofMillis(Math.max(0, end - readVersion) / VERSIONS_PER_MILLI + 1);
  }

  /** Completes when the record has changed, some time after this transaction's commit. */
  public CompletableFuture<Void> watch(Transaction transaction, RecordIdentity identity) {
    return transaction.watch(keys.record(identity));
  }

  /**
   * Reads the list of executions in progress, without conflicts.
   *
   * @param after a {@link Listed#position}; empty for the beginning
   * @param limit the most that are wanted
   */
  public CompletableFuture<List<Listed>> list(
      ReadTransaction transaction, Optional<ByteString> after, int limit) {
    Range all = keys.executions();
    KeySelector begin =
        after
            .map(position -> KeySelector.firstGreaterThan(position.toByteArray()))
            .orElseGet(() -> KeySelector.firstGreaterOrEqual(all.begin));
    return transaction
        .snapshot()
        .getRange(begin, KeySelector.firstGreaterOrEqual(all.end), limit)
        .asList()
        .thenApply(entries -> entries.stream().map(Executions::listed).toList());
  }

  /**
   * An execution that nobody keeps alive.
   *
   * @param hash of its record's identity
   */
  public record Overdue(ByteString hash, Execution execution) {

    /** Leaves out the execution, which holds a request. */
    @Override
    public String toString() {
      return "Overdue[" + HexFormat.of().formatHex(hash.toByteArray()) + "]";
    }
  }

  /**
   * What was found among some executions.
   *
   * @param overdue those whose lease is over, whether it ended or was given up
   * @param examined how many were looked at
   */
  public record Found(List<Overdue> overdue, int examined) {}

  /**
   * Looks for those of some executions whose lease is over, one after the other. One that can't be
   * read is logged, and doesn't keep the others from being found.
   *
   * @param maxBytes no more are looked at once so much was found: requests can be large
   */
  public CompletableFuture<Found> overdue(
      ReadTransaction transaction, List<Listed> listed, long maxBytes) {
    List<Overdue> found = new ArrayList<>();
    return examined(transaction, listed, 0, maxBytes, found)
        .thenApply(number -> new Found(List.copyOf(found), number));
  }

  private CompletableFuture<Integer> examined(
      ReadTransaction transaction,
      List<Listed> listed,
      int number,
      long bytesLeft,
      List<Overdue> found) {
    if (number == listed.size() || bytesLeft <= 0) {
      return completedFuture(number);
    }
    return overdueIfReadable(transaction, listed.get(number))
        .thenCompose(
            one -> {
              one.ifPresent(found::add);
              long bytes = one.map(each -> each.execution().getSerializedSize()).orElse(0);
              return examined(transaction, listed, number + 1, bytesLeft - bytes, found);
            });
  }

  private CompletableFuture<Optional<Overdue>> overdueIfReadable(
      ReadTransaction transaction, Listed listed) {
    return completedFuture(listed)
        .thenCompose(one -> overdue(transaction, one))
        .exceptionallyCompose(
            failure -> {
              if (failure.getCause() instanceof UnreadableRecordException unreadable) {
                LOG.log(Level.WARNING, "an execution in progress is left alone", unreadable);
                return completedFuture(Optional.empty());
              }
              return CompletableFuture.failedFuture(failure);
            });
  }

  private CompletableFuture<Optional<Overdue>> overdue(ReadTransaction transaction, Listed listed) {
    byte[] record = listed.recordKey().toByteArray();
    ByteString hash =
        ByteString.copyFrom(keys.hashOfExecution(listed.position().toByteArray(), record));
    return lease(transaction, hash)
        .thenCombine(
            transaction.getReadVersion(),
            (lease, version) -> lease.isEmpty() || isExpired(lease.get(), version))
        .thenCompose(
            over -> over ? find(transaction, record) : completedFuture(Optional.<Record>empty()))
        .thenApply(
            found ->
                found
                    .filter(Record::hasExecution)
                    .map(executed -> new Overdue(hash, executed.getExecution())));
  }

  private static Listed listed(KeyValue entry) {
    return new Listed(ByteString.copyFrom(entry.getKey()), ByteString.copyFrom(entry.getValue()));
  }
}
