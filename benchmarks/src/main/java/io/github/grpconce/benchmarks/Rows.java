package io.github.grpconce.benchmarks;

import java.nio.ByteBuffer;

/**
 * What all benchmarks store: keys as long as a record's, and values such that a row has 224 bytes.
 */
final class Rows {

  static final int ROW_BYTES = 224;

  private static final int KEY_BYTES = 24;

  private Rows() {}

  /** Neighbouring numbers are far apart in the order of keys, as hashed keys are. */
  static byte[] key(long number) {
    return ByteBuffer.allocate(KEY_BYTES)
        .putLong(Long.reverse(number) >>> 1)
        .putLong(number)
        .array();
  }

  static byte[] value(long number) {
    return ByteBuffer.allocate(ROW_BYTES - KEY_BYTES).putLong(number).array();
  }
}
