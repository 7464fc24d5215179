package io.github.grpconce.operator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Adds up what a sweeper's rounds did. Thread-safe. */
final class SweepTally {

  private long rounds;
  private long failedRounds;
  private long rangesCleared;
  private long opaqueRecordsRemoved;
  private @Nullable Instant horizon;
  private @Nullable Throwable lastError;
  private int failuresInARow;

  synchronized void ended(@Nullable Swept swept, @Nullable Throwable error) {
    lastError = error;
    if (swept == null) {
      failedRounds++;
      failuresInARow++;
      return;
    }
    rounds++;
    failuresInARow = 0;
    rangesCleared += swept.rangesCleared();
    opaqueRecordsRemoved += swept.opaqueRecordsRemoved();
    horizon = swept.horizon();
  }

  synchronized int failuresInARow() {
    return failuresInARow;
  }

  /**
   * Returns what it comes to.
   *
   * @param wanted the horizon that the retention asks for now
   */
  synchronized RetentionMetrics metrics(Instant wanted) {
    return new RetentionMetrics(
        rounds,
        failedRounds,
        rangesCleared,
        opaqueRecordsRemoved,
        Optional.ofNullable(horizon).map(reached -> Duration.between(reached, wanted)),
        Optional.ofNullable(lastError));
  }
}
