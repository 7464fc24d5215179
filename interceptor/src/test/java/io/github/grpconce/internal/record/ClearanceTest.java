package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** To the version: what may be forgotten, and from when on. */
class ClearanceTest {

  private static final long SEEN = 1L << 40;
  private static final long HORIZON = 1L << 41;
  private static final Duration RETENTION = Duration.ofHours(24);
  private static final long BUCKET = 1L << RecordKeys.VERSION_BUCKET_SHIFT;

  private final Clearance clearance =
      Clearance.of(new SubspaceState(HORIZON, true, SEEN, false), RETENTION);

  /** A call may use what it cached ten seconds before, and commit five seconds later. */
  @Test
  void clearing_beginsAfterTheLastCallThatMayNotHaveSeenTheHorizon() {
    long last = SEEN + 10_000_000 + 5_000_000;

    assertThrows(IllegalStateException.class, () -> clearance.checkAgainst(state(HORIZON, last)));
    assertDoesNotThrow(() -> clearance.checkAgainst(state(HORIZON, last + 1)));
  }

  @Test
  void clearing_endsWhenTheHorizonGoesBack() {
    long late = 2 * SEEN;

    assertThrows(
        IllegalStateException.class, () -> clearance.checkAgainst(state(HORIZON - 1, late)));
    assertDoesNotThrow(() -> clearance.checkAgainst(state(HORIZON + 1, late)));
  }

  /** An entry has its writer's read version, and was committed up to five seconds later. */
  @Test
  void opaqueRecords_areForgottenWhenTheYoungestOfTheirBucketIsAsOldAsTheRetention() {
    long retentionAndCommit = RETENTION.toMillis() * 1_000 + 5_000_000;
    long end = 7 * BUCKET + retentionAndCommit;

    assertEquals(6, clearance.endAgeBucket(end - 1));
    assertEquals(7, clearance.endAgeBucket(end));
    assertEquals(0, clearance.endAgeBucket(0), "a young cluster");
  }

  private static SubspaceState state(long horizonMillis, long version) {
    return new SubspaceState(horizonMillis, true, version, false);
  }
}
