package io.github.grpconce.internal.record;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.store.VersionWait;
import io.github.grpconce.v1.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The leases of the executions in progress of one subspace: who need not be disturbed, and for how
 * long. They are about not doing things in vain; that nothing is done twice is not their business.
 *
 * <p>Thread-safe; nothing blocks.
 */
public final class Leases {

  /** FoundationDB's versions grow by about a million a second. */
  private static final long VERSIONS_PER_MILLI = VersionWait.VERSIONS_PER_SECOND / 1_000;

  /** So many leases are read at once in search of those that are over. */
  private static final int PAGE = 500;

  private final RecordKeys keys;

  public Leases(RecordKeys keys) {
    this.keys = keys;
  }

  /** Reads a lease; empty if the operation has none, because it isn't in progress. */
  public CompletableFuture<Optional<Lease>> find(ReadTransaction transaction, ByteString hash) {
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
  public void put(Transaction transaction, ByteString hash, Lease lease) {
    RecordParts.set(transaction, keys.lease(hash.toByteArray()), lease.toByteArray());
  }

  /**
   * Whether a lease is over at a read version, by the store's versions and nobody's clock.
   *
   * <p>One from the future came with a backup of another cluster, whose versions say nothing here.
   */
  public static boolean isExpired(Lease lease, long readVersion) {
    long age = readVersion - lease.getRenewedAtVersion();
    return age < 0 || age > lease.getLeaseMillis() * VERSIONS_PER_MILLI;
  }

  /** Whether a lease keeps others away at a read version: neither over nor given up. */
  public static boolean isHeld(Lease lease, long readVersion) {
    return !lease.getReleased() && !isExpired(lease, readVersion);
  }

  /**
   * Whether servers may resume an operation on their own account: its lease is over, and so is the
   * time for which it is left alone because it has failed.
   */
  public static boolean isDue(Lease lease, long readVersion) {
    long age = readVersion - lease.getRenewedAtVersion();
    return !lease.getStalled()
        && !isHeld(lease, readVersion)
        && (age < 0 || age > lease.getRestMillis() * VERSIONS_PER_MILLI);
  }

  /**
   * How long a lease lasts from a read version on: at least a millisecond, so as to be waited for.
   */
  public static Duration timeLeft(Lease lease, long readVersion) {
    long end = lease.getRenewedAtVersion() + lease.getLeaseMillis() * VERSIONS_PER_MILLI;
    return Duration.ofMillis(Math.max(0, end - readVersion) / VERSIONS_PER_MILLI + 1);
  }

  /**
   * Some leases whose operations are {@linkplain #isDue due} to be resumed.
   *
   * @param hashes of their records' identities
   * @param damaged how many leases on the way can't be read: they are left alone, and must not hide
   *     the others
   * @param position where to go on; empty at the end
   */
  public record Overdue(List<ByteString> hashes, int damaged, Optional<ByteString> position) {}

  /**
   * Looks for operations that are due to be resumed, without conflicts, as far as one read goes.
   *
   * @param after an {@link Overdue#position}; empty for the beginning
   * @param limit the most that are wanted
   */
  public CompletableFuture<Overdue> overdue(
      ReadTransaction transaction, Optional<ByteString> after, int limit) {
    Range all = keys.leases();
    KeySelector begin =
        after
            .map(position -> KeySelector.firstGreaterThan(position.toByteArray()))
            .orElseGet(() -> KeySelector.firstGreaterOrEqual(all.begin));
    return transaction
        .snapshot()
        .getRange(begin, KeySelector.firstGreaterOrEqual(all.end), PAGE)
        .asList()
        .thenCombine(
            transaction.getReadVersion(), (leases, version) -> overdue(leases, version, limit));
  }

  private Overdue overdue(List<KeyValue> leases, long version, int limit) {
    List<ByteString> hashes = new ArrayList<>();
    int damaged = 0;
    for (KeyValue entry : leases) {
      try {
        if (isDue(parse(entry.getValue()), version)) {
          hashes.add(ByteString.copyFrom(keys.hashOfLease(entry.getKey())));
        }
      } catch (UnreadableRecordException e) {
        damaged++;
      }
      if (hashes.size() == limit) {
        return new Overdue(hashes, damaged, Optional.of(ByteString.copyFrom(entry.getKey())));
      }
    }
    return new Overdue(
        hashes,
        damaged,
        leases.size() < PAGE
            ? Optional.empty()
            : Optional.of(ByteString.copyFrom(leases.get(leases.size() - 1).getKey())));
  }
}
