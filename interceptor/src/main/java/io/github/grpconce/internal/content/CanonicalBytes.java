package io.github.grpconce.internal.content;

import com.google.protobuf.WireFormat;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A buffer that grows, with what a canonical form is made of. One thread at a time. */
public final class CanonicalBytes {

  private byte[] bytes;
  private int size;

  public CanonicalBytes(int capacity) {
    bytes = new byte[Math.max(capacity, 64)];
  }

  public int size() {
    return size;
  }

  public byte[] array() {
    return bytes;
  }

  private void room(int more) {
    if (more > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), size + (size >> 1)));
    }
  }

  void tag(int number, int wireType) {
    varint(((long) number << 3 | wireType) & 0xFFFFFFFFL);
  }

  public void varint(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void copy(byte[] from, int start, int end) {
    room(end - start);
    System.arraycopy(from, start, bytes, size, end - start);
    size += end - start;
  }

  /** Begins what has a length; give the result to {@link #endFrame}. */
  int beginFrame(int number) {
    tag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    room(1);
    return size++;
  }

  /** Puts the length before all that was written since. */
  void endFrame(int begin) {
    int length = size - begin - 1;
    if (length < 0x80) {
      bytes[begin] = (byte) length;
      return;
    }
    int more = (38 - Integer.numberOfLeadingZeros(length)) / 7 - 1;
    room(more);
    System.arraycopy(bytes, begin + 1, bytes, begin + 1 + more, length);
    size = begin;
    varint(length);
    size += length;
  }

  /** Writes the low bytes of a number, little-endian. */
  public void fixed(long value, int length) {
    room(length);
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) (value >>> (8 * i));
    }
  }

  /**
   * Sorts pieces that lie one after the other.
   *
   * @param starts where each begins, and where the last one ends
   */
  void sort(int[] starts) {
    int pieces = starts.length - 1;
    boolean ordered = true;
    for (int i = 1; ordered && i < pieces; i++) {
      ordered = compare(starts, i - 1, i) <= 0;
    }
    if (ordered) {
      return;
    }
    int[] order =
        IntStream.range(0, pieces)
            .boxed()
            .sorted((a, b) -> compare(starts, a, b))
            .mapToInt(Integer::intValue)
            .toArray();
    byte[] unsorted = Arrays.copyOfRange(bytes, starts[0], starts[pieces]);
    size = starts[0];
    for (int each : order) {
      copy(unsorted, starts[each] - starts[0], starts[each + 1] - starts[0]);
    }
  }

  private int compare(int[] starts, int a, int b) {
    return Arrays.compareUnsigned(bytes, starts[a], starts[a + 1], bytes, starts[b], starts[b + 1]);
  }
}
