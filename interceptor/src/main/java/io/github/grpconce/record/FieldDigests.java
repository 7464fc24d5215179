package io.github.grpconce.record;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Short digests of a message's top-level fields, to name the first one that differs. They are a
 * convenience for whoever reads the refusal: the whole request's digest decides.
 *
 * <p>Each entry is a field number (varint) and the low 16 bits of the CRC-32C of the field as it is
 * serialised, tag included. Only the first fields have one, so that records stay small.
 */
final class FieldDigests {

  /** Room for 13 to 16 fields of the usual numbers. */
  static final int MAX_BYTES = 48;

  /** Of one entry: a field number of up to 29 bits, and the digest. */
  private static final int MAX_ENTRY_BYTES = 7;

  private FieldDigests() {}

  static ByteString of(byte[] message) {
    Map<Integer, CRC32C> digests = new TreeMap<>();
    try {
      CodedInputStream input = CodedInputStream.newInstance(message);
      while (!input.isAtEnd()) {
        int start = input.getTotalBytesRead();
        int tag = input.readTag();
        input.skipField(tag);
        digests
            .computeIfAbsent(WireFormat.getTagFieldNumber(tag), number -> new CRC32C())
            .update(message, start, input.getTotalBytesRead() - start);
      }
      return encoded(digests);
    } catch (IOException e) {
      throw new UncheckedIOException("a message that was just serialised can't be read", e);
    }
  }

  private static ByteString encoded(Map<Integer, CRC32C> digests) throws IOException {
    ByteString.Output bytes = ByteString.newOutput(MAX_BYTES);
    for (Map.Entry<Integer, CRC32C> digest : digests.entrySet()) {
      if (bytes.size() + MAX_ENTRY_BYTES > MAX_BYTES) {
        break;
      }
      CodedOutputStream output = CodedOutputStream.newInstance(bytes);
      output.writeUInt32NoTag(digest.getKey());
      output.flush();
      int crc = (int) digest.getValue().getValue();
      bytes.write(crc >> 8);
      bytes.write(crc);
    }
    return bytes.toByteString();
  }

  /** Returns the number of the first field that differs; empty if the digests can't tell. */
  static OptionalInt firstDifference(ByteString recorded, ByteString presented) {
    Map<Integer, Integer> before = decoded(recorded);
    Map<Integer, Integer> now = decoded(presented);
    TreeSet<Integer> numbers = new TreeSet<>(before.keySet());
    numbers.addAll(now.keySet());
    return numbers.stream()
        .filter(number -> !before.getOrDefault(number, -1).equals(now.getOrDefault(number, -1)))
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  private static Map<Integer, Integer> decoded(ByteString digests) {
    Map<Integer, Integer> decoded = new TreeMap<>();
    CodedInputStream input = digests.newCodedInput();
    try {
      while (!input.isAtEnd()) {
        int number = input.readUInt32();
        int high = input.readRawByte() & 0xFF;
        decoded.put(number, (high << 8) | (input.readRawByte() & 0xFF));
      }
    } catch (IOException e) {
      throw new UnreadableRecordException("a record's fingerprint is damaged", e);
    }
    return decoded;
  }
}
