package io.github.grpconce.internal.content;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The entries of a map in the order of their keys; of equal keys, the last one's. */
final class MapEntries {

  private final byte[] bytes;

  /** Of each entry's key: where it begins, and where it ends. Keys of zero are empty. */
  private final int[] keys;

  private MapEntries(byte[] bytes, int[] keys) {
    this.bytes = bytes;
    this.keys = keys;
  }

  /**
   * Returns the fields that are a map's entries, in order.
   *
   * @param from the first of them
   * @param to behind the last of them
   */
  static int[] inOrder(WireFields fields, byte[] bytes, int from, int to) {
    int[] keys = new int[2 * (to - from)];
    for (int entry = from; entry < to; entry++) {
      int begin = fields.top();
      fields.push(bytes, fields.start(entry), fields.end(entry));
      for (int i = begin; i < fields.top() && fields.number(i) == 1; i++) {
        boolean zero = fields.isZero(bytes, i);
        keys[2 * (entry - from)] = zero ? 0 : fields.start(i);
        keys[2 * (entry - from) + 1] = zero ? 0 : fields.end(i);
      }
      fields.dropTo(begin);
    }
    return new MapEntries(bytes, keys).inOrder(from);
  }

  private int[] inOrder(int first) {
    int count = keys.length / 2;
    if (IntStream.range(1, count).allMatch(i -> compare(i - 1, i) < 0)) {
      return IntStream.range(first, first + count).toArray();
    }
    Integer[] sorted = new Integer[count];
    Arrays.setAll(sorted, i -> i);
    Arrays.sort(sorted, Comparator.comparing((Integer i) -> i, this::compare));
    return IntStream.range(0, count)
        .filter(i -> i == count - 1 || compare(sorted[i], sorted[i + 1]) != 0)
        .map(i -> first + sorted[i])
        .toArray();
  }

  private int compare(int a, int b) {
    return Arrays.compareUnsigned(
        bytes, keys[2 * a], keys[2 * a + 1], bytes, keys[2 * b], keys[2 * b + 1]);
  }
}
