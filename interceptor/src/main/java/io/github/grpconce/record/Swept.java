package io.github.grpconce.record;

import java.time.Instant;

/**
 * What a {@link RetentionSweeper}'s round did.
 *
 * @param horizon time-bearing IDs at or before this instant are refused from now on
 * @param rangesCleared how many ranges of time-bearing IDs' records were cleared, each with any
 *     number of records
 * @param opaqueRecordsRemoved how many opaque IDs' records were removed
 */
public record Swept(Instant horizon, int rangesCleared, long opaqueRecordsRemoved) {

  static Swept nothing(Instant horizon) {
    return new Swept(horizon, 0, 0);
  }

  Swept plus(SliceSwept slice) {
    return new Swept(
        horizon,
        rangesCleared + slice.rangesCleared(),
        opaqueRecordsRemoved + slice.opaqueRemoved());
  }
}
