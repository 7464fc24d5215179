package io.github.grpconce.embedded.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The keys of one node, in order.
 *
 * <p>Beside the keys stand their <em>heads</em>: of each the eight bytes behind a prefix that all
 * have in common. A search looks at these, which lie next to each other in memory, and seldom at a
 * key itself, which may lie anywhere.
 */
final class KeyArray {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[][] keys;
  private final long[] heads;

  /** How many bytes all keys are sure to have in common; they may have more. */
  private final int prefix;

  private KeyArray(byte[][] keys, long[] heads, int prefix) {
    this.keys = keys;
    this.heads = heads;
    this.prefix = prefix;
  }

  static KeyArray of(byte[]... keys) {
    int prefix = Math.max(0, Arrays.mismatch(keys[0], keys[keys.length - 1]));
    long[] heads = new long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      heads[i] = head(keys[i], prefix);
    }
    return new KeyArray(keys, heads, prefix);
  }

  /** Eight bytes, zeros behind the end, as a number whose signed order is that of the bytes. */
  private static long head(byte[] key, int from) {
    if (key.length - from >= Long.BYTES) {
      return (long) LONGS.get(key, from) ^ Long.MIN_VALUE;
    }
    long head = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      head = head << Byte.SIZE | (from + i < key.length ? key[from + i] & 0xff : 0);
    }
    return head ^ Long.MIN_VALUE;
  }

  int size() {
    return keys.length;
  }

  byte[] get(int index) {
    return keys[index];
  }

  /** The key's position, or -1. */
  int find(byte[] key) {
    long head = head(key, prefix);
    int index = firstHeadFrom(head);
    int end = index;
    while (end < heads.length && heads[end] == head) {
      end++;
    }
    if (end - index == 1) {
      return Arrays.equals(keys[index], key) ? index : -1;
    }
    return Math.max(-1, Arrays.binarySearch(keys, index, end, key, Arrays::compareUnsigned));
  }

  /** The position of the first key that is not smaller. */
  int lowerBound(byte[] key) {
    int order = compareWithPrefix(key);
    if (order != 0) {
      return order < 0 ? 0 : keys.length;
    }
    long head = head(key, prefix);
    int low = firstHeadFrom(head);
    int high = low;
    while (high < heads.length && heads[high] == head) {
      high++;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(keys[middle], key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  boolean isAt(int index, byte[] key) {
    return index < keys.length && Arrays.equals(keys[index], key);
  }

  private int compareWithPrefix(byte[] key) {
    return Arrays.compareUnsigned(key, 0, Math.min(key.length, prefix), keys[0], 0, prefix);
  }

  private int firstHeadFrom(long head) {
    int low = 0;
    int high = heads.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (heads[middle] < head) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  KeyArray insert(int at, byte[] key) {
    byte[][] more = new byte[keys.length + 1][];
    System.arraycopy(keys, 0, more, 0, at);
    more[at] = key;
    System.arraycopy(keys, at, more, at + 1, keys.length - at);
    if (compareWithPrefix(key) != 0) {
      return of(more);
    }
    long[] moreHeads = new long[heads.length + 1];
    System.arraycopy(heads, 0, moreHeads, 0, at);
    moreHeads[at] = head(key, prefix);
    System.arraycopy(heads, at, moreHeads, at + 1, heads.length - at);
    return new KeyArray(more, moreHeads, prefix);
  }

  KeyArray slice(int from, int to) {
    return of(Arrays.copyOfRange(keys, from, to));
  }

  /** Without the keys at positions {@code from} (inclusive) to {@code to} (exclusive). */
  KeyArray cut(int from, int to) {
    byte[][] fewer = Arrays.copyOf(keys, keys.length - (to - from));
    System.arraycopy(keys, to, fewer, from, keys.length - to);
    long[] fewerHeads = Arrays.copyOf(heads, fewer.length);
    System.arraycopy(heads, to, fewerHeads, from, heads.length - to);
    return new KeyArray(fewer, fewerHeads, prefix);
  }

  KeyArray concat(KeyArray right) {
    byte[][] both = Arrays.copyOf(keys, keys.length + right.keys.length);
    System.arraycopy(right.keys, 0, both, keys.length, right.keys.length);
    return of(both);
  }
}
