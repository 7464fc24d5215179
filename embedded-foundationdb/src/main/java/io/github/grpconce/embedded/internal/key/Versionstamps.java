package io.github.grpconce.embedded.internal.key;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Where a versionstamp stands in a key or a value, and what it looks like. */
public final class Versionstamps {
  /** Eight bytes of version and two of the order within a batch, big endian. */
  public static final int LENGTH = 10;

  /** The trailing little-endian offset. */
  public static final int OFFSET_LENGTH = 4;

  private Versionstamps() {}

  public static byte[] of(long version, int batch) {
    return ByteBuffer.allocate(LENGTH).putLong(version).putShort((short) batch).array();
  }

  /** The bytes without their trailing offset, with the stamp in the place that the offset names. */
  public static byte[] place(byte[] withOffset, byte[] stamp) {
    byte[] placed = Arrays.copyOf(withOffset, withOffset.length - OFFSET_LENGTH);
    System.arraycopy(stamp, 0, placed, offset(withOffset), LENGTH);
    return placed;
  }

  /**
   * Checks the trailing offset.
   *
   * @throws EmbeddedException 2000 if there is none or the stamp would not fit
   */
  public static void check(byte[] withOffset) {
    int most = withOffset.length - OFFSET_LENGTH - LENGTH;
    if (most < 0 || offset(withOffset) < 0 || offset(withOffset) > most) {
      throw FdbError.CLIENT_INVALID_OPERATION.exception();
    }
  }

  private static int offset(byte[] withOffset) {
    return ByteBuffer.wrap(withOffset)
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt(withOffset.length - OFFSET_LENGTH);
  }

  /**
   * All keys that a stamped key can become, when stamps from {@code minVersion} on are possible.
   */
  public static KeyRange possibleKeys(byte[] keyWithOffset, long minVersion, byte[] maxKey) {
    check(keyWithOffset);
    byte[] highest = new byte[LENGTH];
    Arrays.fill(highest, (byte) 0xff);
    byte[] begin = place(keyWithOffset, of(minVersion, 0));
    byte[] end = Keys.after(place(keyWithOffset, highest));
    return new KeyRange(begin, Keys.min(end, maxKey));
  }

  /** The key with its offset still behind it and the smallest possible stamp in its place. */
  public static byte[] lowest(byte[] keyWithOffset, long minVersion) {
    byte[] key = keyWithOffset.clone();
    System.arraycopy(of(minVersion, 0), 0, key, offset(keyWithOffset), LENGTH);
    return key;
  }
}
