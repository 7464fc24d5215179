package io.github.grpconce.internal.content;

import com.google.protobuf.WireFormat;
import java.util.zip.CRC32C;

/**
 * Writes a canonical form piece by piece, through one small buffer: a value is a tag, a length and
 * its bytes; a message lies between a tag of its own and an end, so that nobody needs to know its
 * length before. Large values aren't copied. One thread at a time.
 */
final class CanonicalOutput {

  /** Where the bytes go. */
  interface Target {
    void write(byte[] bytes, int offset, int length);
  }

  private static final int BUFFER_BYTES = 1024;
  private static final int VARINT_BYTES = 10;

  /** A group's end without a number: no tag is like it. */
  private static final byte END = WireFormat.WIRETYPE_END_GROUP;

  private final Target target;
  private final byte[] buffer;
  private int size;
  private final CRC32C checksum = new CRC32C();
  private boolean summing;

  /** What of the buffer is part of the checksum already, or isn't to be. */
  private int summed;

  CanonicalOutput(Target target, int expectedBytes) {
    this.target = target;
    buffer = new byte[Math.min(BUFFER_BYTES, expectedBytes + 8 * VARINT_BYTES)];
  }

  void begin(int number) {
    tag(number, WireFormat.WIRETYPE_START_GROUP);
  }

  void end() {
    room(1);
    buffer[size++] = END;
  }

  void value(int number, byte[] bytes, int start, int end) {
    length(number, end - start);
    bytes(bytes, start, end);
  }

  /** Begins a value, whose bytes follow. */
  void length(int number, int length) {
    tag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    varint(length);
  }

  void bytes(byte[] from, int start, int end) {
    int length = end - start;
    if (length <= buffer.length - size) {
      System.arraycopy(from, start, buffer, size, length);
      size += length;
      return;
    }
    flush();
    if (length <= buffer.length / 2) {
      System.arraycopy(from, start, buffer, 0, length);
      size = length;
      return;
    }
    if (summing) {
      checksum.update(from, start, length);
    }
    target.write(from, start, length);
  }

  void varint(long value) {
    room(VARINT_BYTES);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }

  static int varintBytes(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  private void tag(int number, int wireType) {
    varint((long) number << 3 | wireType);
  }

  private void room(int more) {
    if (more > buffer.length - size) {
      flush();
    }
  }

  /** Hands on what is in the buffer. */
  void flush() {
    sum();
    target.write(buffer, 0, size);
    size = 0;
    summed = 0;
  }

  /** Begins a checksum of what is written from now on. */
  void beginChecksum() {
    checksum.reset();
    summing = true;
    summed = size;
  }

  /** Returns the CRC-32C of what was written since. */
  int endChecksum() {
    sum();
    summing = false;
    return (int) checksum.getValue();
  }

  private void sum() {
    if (summing) {
      checksum.update(buffer, summed, size - summed);
      summed = size;
    }
  }
}
