package io.github.grpconce.demo.handler;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A number as FoundationDB's atomic addition takes it: 8 bytes, little endian, signed. */
public final class LittleEndianLong {

  private LittleEndianLong() {}

  /** Returns the number's stored form. */
  public static byte[] bytes(long value) {
    return buffer(new byte[Long.BYTES]).putLong(value).array();
  }

  /**
   * Returns the number that is stored.
   *
   * @param stored at least 8 bytes
   */
  public static long value(byte[] stored) {
    return buffer(stored).getLong();
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
