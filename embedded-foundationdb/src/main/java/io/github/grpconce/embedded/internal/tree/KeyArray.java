package io.github.grpconce.embedded.internal.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The keys of one node, in order.
 *
 * <p>Beside the keys stand their <em>heads</em>: of each the eight bytes behind a prefix that all
 * have in common. A search looks at these, which lie next to each other in memory, and at a key
 * itself, which may lie anywhere, only where heads are equal.
 */
final class KeyArray {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int HEADS_IN_CACHE_LINE = 64 / Long.BYTES;

  private final byte[][] keys;
  private final long[] heads;

  /** Bytes that all keys have in common; they may have more. */
  private final byte[] prefix;

  /** Beside the prefix, so that a search for one key need not look there. */
  private final int prefixLength;

  private KeyArray(byte[][] keys, long[] heads, byte[] prefix) {
    this.keys = keys;
    this.heads = heads;
    this.prefix = prefix;
    this.prefixLength = prefix.length;
  }

  static KeyArray of(byte[]... keys) {
    int common = Math.max(0, Arrays.mismatch(keys[0], keys[keys.length - 1]));
    long[] heads = new long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      heads[i] = head(keys[i], common);
    }
    return new KeyArray(keys, heads, Arrays.copyOf(keys[0], common));
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
    return heads.length;
  }

  byte[] get(int index) {
    return keys[index];
  }

  /** The key's position, or a negative number. Cheaper than {@link #search}. */
  int find(byte[] key) {
    // A key with another prefix may get a head that is there, but equals no key.
    long head = head(key, prefixLength);
    int index = firstHeadFrom(head);
    int end = endOfHead(head, index);
    if (end - index == 1) {
      return Arrays.equals(keys[index], key) ? index : -1;
    }
    return Arrays.binarySearch(keys, index, end, key, Arrays::compareUnsigned);
  }

  /** The key's position, or {@code -1 - p} if it is absent and p keys are smaller. */
  int search(byte[] key) {
    int shared = Math.min(key.length, prefixLength);
    int order = Arrays.compareUnsigned(key, 0, shared, prefix, 0, prefixLength);
    if (order != 0) {
      return order < 0 ? -1 : -1 - heads.length;
    }
    long head = head(key, prefixLength);
    int index = firstHeadFrom(head);
    int end = endOfHead(head, index);
    return index == end
        ? -1 - index
        : Arrays.binarySearch(keys, index, end, key, Arrays::compareUnsigned);
  }

  /** How many keys are smaller: the position of the first that is not. */
  int rank(byte[] key) {
    int found = search(key);
    return found < 0 ? -1 - found : found;
  }

  /** The position of the last key that is not larger, or -1. */
  int floor(byte[] key) {
    int found = search(key);
    return found < 0 ? -2 - found : found;
  }

  /**
   * Looks at the last head of each cache line, then at the heads of one line. That is more than a
   * binary search would, but no look has to wait for the one before, and memory is what takes time.
   */
  private int firstHeadFrom(long head) {
    int from = 0;
    for (int i = HEADS_IN_CACHE_LINE - 1; i < heads.length; i += HEADS_IN_CACHE_LINE) {
      from += heads[i] < head ? HEADS_IN_CACHE_LINE : 0;
    }
    int index = from;
    int to = Math.min(from + HEADS_IN_CACHE_LINE, heads.length);
    for (int i = from; i < to; i++) {
      index += heads[i] < head ? 1 : 0;
    }
    return index;
  }

  private int endOfHead(long head, int from) {
    int end = from;
    while (end < heads.length && heads[end] == head) {
      end++;
    }
    return end;
  }

  KeyArray insert(int at, byte[] key) {
    byte[][] more = new byte[keys.length + 1][];
    System.arraycopy(keys, 0, more, 0, at);
    more[at] = key;
    System.arraycopy(keys, at, more, at + 1, keys.length - at);
    if (key.length < prefixLength
        || !Arrays.equals(key, 0, prefixLength, prefix, 0, prefixLength)) {
      return of(more);
    }
    long[] moreHeads = new long[heads.length + 1];
    System.arraycopy(heads, 0, moreHeads, 0, at);
    moreHeads[at] = head(key, prefixLength);
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
