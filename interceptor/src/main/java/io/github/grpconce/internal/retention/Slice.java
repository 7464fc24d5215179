package io.github.grpconce.internal.retention;

import com.apple.foundationdb.Range;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.google.protobuf.ByteString;

/**
 * The records whose hash begins with one byte, or what is left of them to look at.
 *
 * @param leadingByte 0 to 255
 * @param lastSeen the entry of the age index up to which all have been looked at; empty if none has
 */
public record Slice(int leadingByte, ByteString lastSeen) {

  /** So many slices are all records. */
  public static final int COUNT = 256;

  public static Slice whole(int leadingByte) {
    return new Slice(leadingByte, ByteString.EMPTY);
  }

  /** The slice to look at when nothing is left of this one; the first follows on the last. */
  Slice next() {
    return whole((leadingByte + 1) % COUNT);
  }

  Slice after(byte[] entry) {
    return new Slice(leadingByte, ByteString.copyFrom(entry));
  }

  Range restOf(Range entries) {
    return lastSeen.isEmpty()
        ? entries
        : new Range(ByteArrayUtil.keyAfter(lastSeen.toByteArray()), entries.end);
  }
}
