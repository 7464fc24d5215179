package io.github.grpconce.internal.record;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The records of one subspace: read and written within the transactions of others.
 *
 * <p>Looking a record up costs one read beside the transaction's read version, whatever the store
 * holds; about every ten seconds the horizon is read too. Thread-safe; nothing blocks.
 */
public final class Records {

  private final RecordKeys keys;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable Cached> cachedState = new AtomicReference<>();

  /** Whether it is known that the subspace holds nothing else. */
  private volatile boolean alone;

  /**
   * A state that is kept.
   *
   * @param atNanos when it was asked for, by this process's monotonic clock
   */
  private record Cached(SubspaceState state, long atNanos) {}

  private Records(RecordKeys keys, LongSupplier nanoTime) {
    this.keys = keys;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns the records below a subspace, which must hold nothing else: that is looked at with the
   * first lookup.
   *
   * @throws IllegalArgumentException if it is the whole database
   */
  public static Records in(Subspace subspace) {
    return in(subspace, System::nanoTime);
  }

  /**
   * Returns the records below a subspace, as {@link #in(Subspace)} does.
   *
   * @param nanoTime monotonic nanoseconds, as {@link System#nanoTime} gives them
   */
  public static Records in(Subspace subspace, LongSupplier nanoTime) {
    return new Records(new RecordKeys(subspace), nanoTime);
  }

  /** What the subspace is called. */
  public String name() {
    return keys.name();
  }

  /** Returns the executions in progress below the same subspace. */
  public Executions executions() {
    return new Executions(keys);
  }

  /** Returns the leases of the executions in progress below the same subspace. */
  public Leases leases() {
    return new Leases(keys);
  }

  /**
   * Looks up the record of an operation, with a read conflict: the transaction commits only if it
   * is still as found. A record that is there counts, whatever the horizon says: only whether a
   * missing one means something depends on that.
   *
   * @return fails with {@link UnreadableRecordException} if the record or the subspace can't be
   *     understood, and as FoundationDB's own reads do
   */
  public CompletableFuture<Lookup> find(Transaction transaction, RecordIdentity identity) {
    byte[] key = keys.record(identity);
    // Asked for before it is known whether it counts: that saves a round trip.
    CompletableFuture<byte[]> value = transaction.get(key);
    return transaction
        .getReadVersion()
        .thenCompose(
            version ->
                stateAt(transaction, version)
                    .thenCompose(
                        state ->
                            lookup(transaction, key, value, state.without(identity, version))));
  }

  private static CompletableFuture<Lookup> lookup(
      Transaction transaction, byte[] key, CompletableFuture<byte[]> value, Lookup ifThereIsNone) {
    return value.thenCompose(
        bytes ->
            bytes == null
                ? completedFuture(ifThereIsNone)
                : RecordParts.complete(transaction, key, bytes).thenApply(Lookup.Found::new));
  }

  private CompletableFuture<SubspaceState> stateAt(Transaction transaction, long version) {
    long now = nanoTime.getAsLong();
    Cached cached = cachedState.get();
    if (cached != null && holds(cached, now, version)) {
      return completedFuture(cached.state());
    }
    return SubspaceState.read(transaction, keys, version)
        .thenCompose(read -> aloneIn(transaction, read))
        .thenApply(read -> cache(read, now));
  }

  private CompletableFuture<SubspaceState> aloneIn(Transaction transaction, SubspaceState read) {
    if (alone) {
      return completedFuture(read);
    }
    return OtherKeys.refuse(transaction, keys, read.formatWritten())
        .thenApply(
            checked -> {
              alone = true;
              return read;
            });
  }

  /**
   * Versions can go back, with a restored backup, by as much as they have grown since: then they
   * don't tell, but a clock that only measures does. It never makes a state hold for longer.
   */
  private static boolean holds(Cached cached, long now, long version) {
    return now - cached.atNanos() <= SubspaceState.ALLOWED_AGE_NANOS
        && cached.state().holdsAt(version);
  }

  /** Keeps the newest; what was read in this transaction holds in it all the same. */
  private SubspaceState cache(SubspaceState read, long now) {
    cachedState.accumulateAndGet(new Cached(read, now), Records::newer);
    return read;
  }

  /** The old one counts no more if it is from before a backup was restored. */
  private static Cached newer(@Nullable Cached old, Cached fresh) {
    return old != null
            && old.state().version() >= fresh.state().version()
            && holds(old, fresh.atNanos(), fresh.state().version())
        ? old
        : fresh;
  }

  /**
   * Writes the outcome of an operation, to take effect with the transaction in which its record was
   * found absent.
   */
  public void complete(
      Transaction transaction,
      RecordIdentity identity,
      Lookup.Absent seen,
      Fingerprint fingerprint,
      Outcome outcome) {
    Record record =
        Record.newBuilder()
            .setFormat(SubspaceState.FORMAT)
            .setFingerprint(fingerprint)
            .setOutcome(outcome)
            .build();
    RecordParts.write(transaction, keys.record(identity), record);
    if (identity.millis().isEmpty()) {
      transaction.set(
          keys.opaqueAge(identity.hash().toByteArray(), seen.readVersion()), new byte[0]);
    }
    SubspaceState.writeFormat(transaction, keys, seen);
  }
}
