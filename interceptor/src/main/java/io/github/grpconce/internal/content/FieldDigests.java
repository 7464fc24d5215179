package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Short digests of a message's top-level fields, to name the first one that differs.
 *
 * <p>Each entry is a field number (varint) and 16 bits, little endian: the CRC-32C of the field in
 * its canonical form. Only the first fields have one, so that records stay small. One thread at a
 * time.
 */
public final class FieldDigests {

  /** Room for 13 to 16 fields of the usual numbers. */
  static final int MAX_BYTES = 48;

  /** Of one entry: a field number of up to 29 bits, and the digest. */
  private static final int MAX_ENTRY_BYTES = 7;

  private final byte[] bytes = new byte[MAX_BYTES];
  private final CodedOutputStream encoded = CodedOutputStream.newInstance(bytes);

  boolean isFull() {
    return encoded.spaceLeft() < MAX_ENTRY_BYTES;
  }

  void add(int number, int checksum) {
    try {
      encoded.writeUInt32NoTag(number);
      encoded.write((byte) checksum);
      encoded.write((byte) (checksum >>> 8));
    } catch (IOException e) {
      throw new UncheckedIOException("memory can't be written", e);
    }
  }

  ByteString encoded() {
    return ByteString.copyFrom(bytes, 0, encoded.getTotalBytesWritten());
  }

  /**
   * Returns the number of the first field that differs, of those that have a digest.
   *
   * @throws IOException if one of them is damaged
   */
  public static OptionalInt firstDifference(ByteString recorded, ByteString presented)
      throws IOException {
    Map<Integer, Integer> before = decoded(recorded);
    Map<Integer, Integer> now = decoded(presented);
    TreeSet<Integer> numbers = new TreeSet<>(before.keySet());
    numbers.addAll(now.keySet());
    return numbers.stream()
        .filter(number -> !before.getOrDefault(number, -1).equals(now.getOrDefault(number, -1)))
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  private static Map<Integer, Integer> decoded(ByteString digests) throws IOException {
    Map<Integer, Integer> decoded = new TreeMap<>();
    CodedInputStream input = digests.newCodedInput();
    while (!input.isAtEnd()) {
      int number = input.readUInt32();
      int low = input.readRawByte() & 0xFF;
      decoded.put(number, (input.readRawByte() & 0xFF) << 8 | low);
    }
    return decoded;
  }
}
