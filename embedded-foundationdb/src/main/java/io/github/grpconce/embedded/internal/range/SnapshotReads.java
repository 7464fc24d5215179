package io.github.grpconce.embedded.internal.range;

import io.github.grpconce.embedded.internal.key.Selector;
import org.jspecify.annotations.Nullable;

/** Reads of the database at a transaction's read version, without its writes and its conflicts. */
public interface SnapshotReads {
  byte @Nullable [] get(byte[] key);

  RangeResult getRange(Selector begin, Selector end, RangeLimits limits, boolean reverse);
}
