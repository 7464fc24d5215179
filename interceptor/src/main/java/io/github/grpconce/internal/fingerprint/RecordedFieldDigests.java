package io.github.grpconce.internal.fingerprint;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.github.grpconce.UnreadableRecordException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Compares the short digests of two requests' top-level fields. */
final class RecordedFieldDigests {

  private RecordedFieldDigests() {}

  /** Returns the numbers of the fields that differ, in order; of those that have a digest. */
  static IntStream differences(ByteString recorded, ByteString presented) {
    Map<Integer, Integer> before = decoded(recorded);
    Map<Integer, Integer> now = decoded(presented);
    Set<Integer> numbers = new TreeSet<>(before.keySet());
    numbers.addAll(now.keySet());
    return numbers.stream()
        .filter(number -> !before.getOrDefault(number, -1).equals(now.getOrDefault(number, -1)))
        .mapToInt(Integer::intValue);
  }

  private static Map<Integer, Integer> decoded(ByteString digests) {
    Map<Integer, Integer> decoded = new TreeMap<>();
    CodedInputStream input = digests.newCodedInput();
    try {
      while (!input.isAtEnd()) {
        int number = input.readUInt32();
        int low = input.readRawByte() & 0xFF;
        decoded.put(number, (input.readRawByte() & 0xFF) << 8 | low);
      }
    } catch (IOException e) {
      throw new UnreadableRecordException("a record's fingerprint is damaged", e);
    }
    return decoded;
  }

  /** Returns the number of the top-level field that a path leads through. */
  static int topLevel(ByteString path) {
    try {
      return path.newCodedInput().readUInt32();
    } catch (IOException e) {
      throw new UnreadableRecordException("a record's fingerprint is damaged", e);
    }
  }
}
