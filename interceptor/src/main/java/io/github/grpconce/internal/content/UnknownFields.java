package io.github.grpconce.internal.content;

import java.util.zip.CRC32C;

/**
 * Short digests of fields of which nothing is known. The order of occurrences doesn't count, as
 * they may be a map's entries; nor does the order of fields in what can be read as a message. It is
 * said of a field that a server's handler doesn't know, so little depends on it. One thread at a
 * time.
 */
final class UnknownFields {

  /** What is nested deeper is digested as bytes. */
  private static final int MAX_DEPTH = 64;

  private final WireFields fields;

  UnknownFields(WireFields fields) {
    this.fields = fields;
  }

  /**
   * Returns the digest of a field's occurrences; 0 if it is a single one that is zero or empty.
   *
   * @param from the first of them
   * @param to behind the last of them
   */
  int digest(byte[] bytes, int from, int to) {
    return to - from == 1 && fields.isZero(bytes, from) ? 0 : digest(bytes, from, to, 0);
  }

  private int digest(byte[] bytes, int from, int to, int depth) {
    CRC32C checksum = new CRC32C();
    int numbers = 0;
    for (int i = from; i < to; i++) {
      if (fields.isScalar(i)) {
        checksum.update(bytes, fields.start(i), fields.end(i) - fields.start(i));
        numbers++;
      }
    }
    // Numbers count as if they were packed.
    int sum = numbers == 0 ? 0 : mixed((int) checksum.getValue());
    for (int i = from; i < to; i++) {
      if (!fields.isScalar(i)) {
        sum += mixed(content(bytes, fields.start(i), fields.end(i), depth + 1));
      }
    }
    return sum;
  }

  private int content(byte[] bytes, int start, int end, int depth) {
    int begin = fields.top();
    try {
      if (start < end && depth <= MAX_DEPTH) {
        fields.push(bytes, start, end);
        return message(bytes, begin, depth);
      }
    } catch (MalformedMessageException e) {
      // A text, or numbers.
    } finally {
      fields.dropTo(begin);
    }
    return checksum(bytes, start, end);
  }

  /** Returns the CRC-32C of a value. */
  static int checksum(byte[] bytes, int start, int end) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, start, end - start);
    return (int) checksum.getValue();
  }

  private int message(byte[] bytes, int begin, int depth) {
    int end = fields.top();
    int sum = 0;
    int next;
    for (int i = begin; i < end; i = next) {
      next = fields.nextNumber(i, end);
      sum += mixed(fields.number(i) * 31 + digest(bytes, i, next, depth));
    }
    return sum;
  }

  /** So that sums of them are unlikely to be equal. */
  private static int mixed(int digest) {
    int mixed = (digest ^ digest >>> 16) * 0x7FEB352D;
    mixed = (mixed ^ mixed >>> 15) * 0x846CA68B;
    return mixed ^ mixed >>> 16;
  }
}
