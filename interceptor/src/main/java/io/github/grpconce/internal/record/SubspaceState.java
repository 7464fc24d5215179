package io.github.grpconce.internal.record;

import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.store.VersionWait;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What holds for all records of a subspace, as it was at one read version.
 *
 * @param horizonMillis time-bearing IDs at or before it are refused; milliseconds since 1970
 * @param formatWritten whether the subspace says which format it has
 * @param version FoundationDB's version at which this was read
 * @param neglected whether no sweeper has been there for a day
 */
public record SubspaceState(
    long horizonMillis, boolean formatWritten, long version, boolean neglected) {

  /** The format that this code writes and understands. */
  static final int FORMAT = 1;

  /**
   * For how long a state may be used after it was read, in versions: some ten seconds. A sweeper
   * waits as long before it clears what a new horizon allows it to, so this belongs to the format.
   */
  public static final long ALLOWED_AGE = 10_000_000;

  /** As long by a clock, in nanoseconds: versions grow by a million a second. */
  static final long ALLOWED_AGE_NANOS = ALLOWED_AGE * 1_000;

  /** So long without a sweeper, in versions, is a mistake: a day. */
  static final long NEGLECTED = 24 * 60 * 60 * VersionWait.VERSIONS_PER_SECOND;

  private static final long NO_HORIZON = Long.MIN_VALUE;

  /**
   * Whether a transaction with this read version may rely on the state.
   *
   * <p>A transaction may be older than the state by as much as transactions live. If it seems to be
   * older than that, the versions went back, as with a restored backup: what is known of the future
   * that was undone would hold until the versions are there again, whatever a sweeper does
   * meanwhile.
   */
  boolean holdsAt(long readVersion) {
    long age = readVersion - version;
    return age <= ALLOWED_AGE && age >= -Clearance.TRANSACTION_LIFE;
  }

  /** Whether an ID of this time is no longer accepted; an opaque one has none. */
  boolean forbids(OptionalLong millis) {
    return millis.isPresent() && millis.getAsLong() <= horizonMillis;
  }

  /**
   * What it means that an operation has no record: nothing has been executed, or what has been may
   * be forgotten.
   *
   * @param readVersion of the transaction that looks, which relies on this state
   */
  Lookup without(RecordIdentity identity, long readVersion) {
    return forbids(identity.millis()) ? new Lookup.Expired(horizon()) : absentAt(readVersion);
  }

  /**
   * What is found of an operation without a record that isn't forbidden.
   *
   * @param readVersion of the transaction that looks, which relies on this state
   */
  Lookup.Absent absentAt(long readVersion) {
    return new Lookup.Absent(readVersion, formatWritten, neglected);
  }

  Instant horizon() {
    return Instant.ofEpochMilli(horizonMillis);
  }

  public Optional<Instant> horizonIfAny() {
    return horizonMillis == NO_HORIZON ? Optional.empty() : Optional.of(horizon());
  }

  /**
   * Reads the state. Snapshot reads: a horizon that moves on need not abort the calls of the
   * moment, since nothing is cleared until their transactions are too old to commit.
   */
  public static CompletableFuture<SubspaceState> read(
      ReadTransaction transaction, RecordKeys keys, long readVersion) {
    CompletableFuture<byte[]> horizon = transaction.snapshot().get(keys.horizon());
    CompletableFuture<byte[]> format = transaction.snapshot().get(keys.format());
    CompletableFuture<byte[]> swept = transaction.snapshot().get(keys.swept());
    return horizon
        .thenCombine(
            format,
            (h, f) -> {
              checkFormat(f);
              return new SubspaceState(horizonMillis(h), f != null, readVersion, false);
            })
        .thenCombine(swept, SubspaceState::neglectedSince);
  }

  /** Versions that went back, or a value that says nothing, are no reason to complain. */
  private SubspaceState neglectedSince(byte @Nullable [] swept) {
    boolean neglected =
        swept != null
            && swept.length == Long.BYTES
            && version - ByteBuffer.wrap(swept).getLong() > NEGLECTED;
    return new SubspaceState(horizonMillis, formatWritten, version, neglected);
  }

  /** What a sweeper that has been there leaves. */
  static byte[] sweptValue(long version) {
    return ByteBuffer.allocate(Long.BYTES).putLong(version).array();
  }

  private static long horizonMillis(byte @Nullable [] value) {
    if (value == null) {
      return NO_HORIZON;
    }
    if (value.length != Long.BYTES) {
      throw new UnreadableRecordException("the horizon of this subspace is damaged");
    }
    return ByteBuffer.wrap(value).getLong();
  }

  public static byte[] horizonValue(long millis) {
    return ByteBuffer.allocate(Long.BYTES).putLong(millis).array();
  }

  private static void checkFormat(byte @Nullable [] value) {
    if (value == null) {
      return;
    }
    if (value.length != Integer.BYTES) {
      throw new UnreadableRecordException("the format version of this subspace is damaged");
    }
    int format = ByteBuffer.wrap(value).getInt();
    if (format != FORMAT) {
      throw new UnreadableRecordException(
          "this subspace has format " + format + "; this version understands " + FORMAT);
    }
  }

  /** Writes the format, unless it is there: these are keys of all calls, which would grow hot. */
  static void writeFormat(Transaction transaction, RecordKeys keys, Lookup.Absent seen) {
    if (!seen.formatWritten()) {
      // The larger wins: a newer version's number is never overwritten, and nothing conflicts.
      transaction.mutate(MutationType.BYTE_MAX, keys.format(), formatValue());
      // Nobody can have been asked to sweep earlier.
      transaction.mutate(MutationType.BYTE_MAX, keys.swept(), sweptValue(seen.readVersion()));
    }
  }

  static byte[] formatValue() {
    return ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT).array();
  }
}
