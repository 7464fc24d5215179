package io.github.grpconce.embedded.internal.range;

/** Limits as no streaming mode gives them. */
public final class Limits {
  private Limits() {}

  /** Neither rows nor bytes are limited. */
  public static RangeLimits none() {
    return new RangeLimits(RangeLimits.UNLIMITED, 1, RangeLimits.UNLIMITED);
  }

  /** Rows are limited, bytes are not. */
  public static RangeLimits ofRows(int rows) {
    return new RangeLimits(rows, 1, RangeLimits.UNLIMITED);
  }

  /** Bytes are limited, but so many rows are wanted at least. */
  public static RangeLimits ofBytes(int minRows, int bytes) {
    return new RangeLimits(RangeLimits.UNLIMITED, minRows, bytes);
  }
}
