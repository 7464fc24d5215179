package io.github.grpconce.internal.record;

import io.github.grpconce.internal.store.VersionWait;
import java.time.Duration;

/**
 * What a round may forget.
 *
 * @param horizonMillis the horizon that forbids the IDs whose records are cleared; milliseconds
 *     since 1970
 * @param settledVersion after this version everybody minds that horizon
 * @param retentionVersions how long opaque IDs' records are kept, in versions
 */
public record Clearance(long horizonMillis, long settledVersion, long retentionVersions) {

  /**
   * So many versions after its read version, at the latest, a transaction that reads can commit:
   * FoundationDB's five seconds.
   */
  public static final long TRANSACTION_LIFE = 5_000_000;

  /**
   * Returns what may be forgotten once a horizon is settled.
   *
   * <p>The horizon was committed at or before the version at which it was seen. A call's
   * transaction that minds an older one relies on a state read before that, so its read version is
   * at most {@code ALLOWED_AGE} later, and what it writes is committed at most {@code
   * TRANSACTION_LIFE} after that, or never.
   */
  public static Clearance of(SubspaceState seen, Duration retention) {
    return new Clearance(
        seen.horizonMillis(),
        seen.version() + SubspaceState.ALLOWED_AGE + TRANSACTION_LIFE,
        retention.toMillis() * VersionWait.VERSIONS_PER_SECOND / 1_000);
  }

  /**
   * Checks this once more in the transaction that clears, where it counts: the horizon might have
   * gone back with a restored backup.
   */
  public void checkAgainst(SubspaceState state) {
    if (state.version() <= settledVersion || state.horizonMillis() < horizonMillis) {
      throw new IllegalStateException(
          "the horizon or the versions of this subspace went back: was a backup restored?");
    }
  }

  /** The first bucket that has an ID after the horizon. */
  public int endTimeBucket() {
    return Horizon.endBucket(horizonMillis);
  }

  /** The first bucket of the age index that has a record younger than the retention. */
  public int endAgeBucket(long version) {
    long newestCommit = version - retentionVersions - TRANSACTION_LIFE;
    return (int) (Math.max(0, newestCommit) >> RecordKeys.VERSION_BUCKET_SHIFT);
  }
}
