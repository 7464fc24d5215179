package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import java.util.zip.CRC32C;

/**
 * Short digests of a message's top-level fields, to name the first one that differs.
 *
 * <p>Each entry is a field number (varint) and 16 bits: the CRC-32C of the field in its canonical
 * form, and the order of its lists. Only the first fields have one, so that records stay small. One
 * thread at a time.
 */
public final class FieldDigests {

  /** Room for 13 to 16 fields of the usual numbers. */
  static final int MAX_BYTES = 48;

  /** Of one entry: a field number of up to 29 bits, and the digest. */
  private static final int MAX_ENTRY_BYTES = 7;

  private final CanonicalBytes encoded = new CanonicalBytes(MAX_BYTES);
  private final CRC32C crc = new CRC32C();

  public void add(int number, byte[] bytes, int from, int to, long order) {
    if (encoded.size() + MAX_ENTRY_BYTES > MAX_BYTES) {
      return;
    }
    crc.reset();
    crc.update(bytes, from, to - from);
    encoded.varint(number);
    encoded.fixed(crc.getValue() ^ order ^ order >>> 16 ^ order >>> 32 ^ order >>> 48, 2);
  }

  public ByteString encoded() {
    return ByteString.copyFrom(encoded.array(), 0, encoded.size());
  }
}
