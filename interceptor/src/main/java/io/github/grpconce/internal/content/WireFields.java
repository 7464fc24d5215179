package io.github.grpconce.internal.content;

import com.google.protobuf.WireFormat;
import java.util.Arrays;

/**
 * The fields of serialised messages, found by their tags and kept on a stack: those of the message
 * that is read now are on top. One thread at a time.
 */
final class WireFields {

  /** Of a field: its number and wire type, where its content begins, and where that ends. */
  private static final int INTS = 3;

  private int[] stack = new int[INTS * 32];
  private int top;
  private int position;

  int top() {
    return top;
  }

  void dropTo(int level) {
    top = level;
  }

  int number(int field) {
    return stack[field * INTS] >>> 3;
  }

  int wireType(int field) {
    return stack[field * INTS] & 7;
  }

  int start(int field) {
    return stack[field * INTS + 1];
  }

  int end(int field) {
    return stack[field * INTS + 2];
  }

  boolean isScalar(int field) {
    int wireType = wireType(field);
    return wireType == WireFormat.WIRETYPE_VARINT
        || wireType == WireFormat.WIRETYPE_FIXED32
        || wireType == WireFormat.WIRETYPE_FIXED64;
  }

  /** Whether a field's content is zero, or empty. */
  boolean isZero(byte[] in, int field) {
    int start = start(field);
    int end = end(field);
    if (!isScalar(field)) {
      return start == end;
    }
    int counted = wireType(field) == WireFormat.WIRETYPE_VARINT ? 0x7F : 0xFF;
    for (int i = start; i < end; i++) {
      if ((in[i] & counted) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns the first field from there on that has another number. */
  int nextNumber(int field, int end) {
    int number = number(field);
    int next = field + 1;
    while (next < end && number(next) == number) {
      next++;
    }
    return next;
  }

  /** Puts the fields of a message on top, by number; those of one number in their order. */
  void push(byte[] in, int from, int to) {
    int begin = top;
    boolean ordered = true;
    position = from;
    while (position < to) {
      int tag = readTag(in, to);
      int start = position;
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        int length = readLength(in, to);
        start = position;
        position += length;
        push(tag, start, position);
      } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_START_GROUP) {
        push(tag, start, skipGroup(in, to, WireFormat.getTagFieldNumber(tag)));
      } else {
        skipScalar(in, to, tag);
        push(tag, start, position);
      }
      ordered &= top - begin < 2 || number(top - 2) <= number(top - 1);
    }
    if (!ordered) {
      sort(begin);
    }
  }

  private void push(int tag, int start, int end) {
    if ((top + 1) * INTS > stack.length) {
      stack = Arrays.copyOf(stack, stack.length * 2);
    }
    stack[top * INTS] = tag;
    stack[top * INTS + 1] = start;
    stack[top * INTS + 2] = end;
    top++;
  }

  private void sort(int begin) {
    long[] order = new long[top - begin];
    for (int i = 0; i < order.length; i++) {
      order[i] = (long) number(begin + i) << 32 | i;
    }
    Arrays.sort(order);
    int[] unsorted = Arrays.copyOfRange(stack, begin * INTS, top * INTS);
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(unsorted, (int) order[i] * INTS, stack, (begin + i) * INTS, INTS);
    }
  }

  /** Returns where the group's content ends; the position is then behind its end. */
  private int skipGroup(byte[] in, int to, int number) {
    int depth = 1;
    while (true) {
      int at = position;
      int tag = readTag(in, to);
      switch (WireFormat.getTagWireType(tag)) {
        case WireFormat.WIRETYPE_START_GROUP -> depth++;
        case WireFormat.WIRETYPE_END_GROUP -> {
          if (--depth == 0) {
            if (WireFormat.getTagFieldNumber(tag) != number) {
              throw new MalformedMessageException();
            }
            return at;
          }
        }
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          int length = readLength(in, to);
          position += length;
        }
        default -> skipScalar(in, to, tag);
      }
    }
  }

  private void skipScalar(byte[] in, int to, int tag) {
    switch (WireFormat.getTagWireType(tag)) {
      case WireFormat.WIRETYPE_VARINT -> readVarint(in, to);
      case WireFormat.WIRETYPE_FIXED32 -> position += Integer.BYTES;
      case WireFormat.WIRETYPE_FIXED64 -> position += Long.BYTES;
      default -> throw new MalformedMessageException();
    }
    if (position > to) {
      throw new MalformedMessageException();
    }
  }

  private int readTag(byte[] in, int to) {
    long tag = readVarint(in, to);
    if ((tag & ~0xFFFFFFFFL) != 0 || tag >>> 3 == 0) {
      throw new MalformedMessageException();
    }
    return (int) tag;
  }

  private int readLength(byte[] in, int to) {
    long length = readVarint(in, to);
    if (length < 0 || length > to - position) {
      throw new MalformedMessageException();
    }
    return (int) length;
  }

  /** Reads a varint at the position. */
  private long readVarint(byte[] in, int to) {
    long value = 0;
    for (int shift = 0; shift < 64 && position < to; shift += 7) {
      byte next = in[position++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedMessageException();
  }

  /** Reads a varint elsewhere; {@link #position()} is then behind it. */
  long varintAt(byte[] in, int from, int to) {
    position = from;
    return readVarint(in, to);
  }

  int position() {
    return position;
  }
}
