package io.github.grpconce.operator;

import java.time.Duration;
import java.util.Optional;

/**
 * What a {@link RetentionSweeper} has done since it was made.
 *
 * @param rounds rounds that came to their end
 * @param failedRounds rounds that didn't
 * @param rangesCleared ranges of time-bearing IDs' records that were cleared
 * @param opaqueRecordsRemoved opaque IDs' records that were removed
 * @param horizonLag how far the horizon is behind what the retention asks for at this moment: what
 *     to alert on when it grows beyond a few pauses. Negative while a lengthened retention is being
 *     caught up with; empty before the first round has ended
 * @param lastError why the last round failed; empty if it didn't
 */
public record RetentionMetrics(
    long rounds,
    long failedRounds,
    long rangesCleared,
    long opaqueRecordsRemoved,
    Optional<Duration> horizonLag,
    Optional<Throwable> lastError) {}
