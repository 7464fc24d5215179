package io.github.grpconce.operator;

import java.time.Instant;

/**
 * What a {@link RetentionSweeper}'s round did.
 *
 * @param horizon time-bearing IDs at or before this instant are refused from now on
 * @param rangesCleared how many ranges of time-bearing IDs' records were cleared, each with any
 *     number of records
 * @param opaqueRecordsRemoved how many opaque IDs' records were removed
 */
public record Swept(Instant horizon, int rangesCleared, long opaqueRecordsRemoved) {}
