package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.tree.SortedTree;

/**
 * What the rows of a database take, and how much they may: the heap has an end, and a process that
 * meets it is of no use to anybody. Guarded by the {@link CommitProxy}'s lock.
 */
final class Capacity {
  /**
   * What a row takes in memory besides its key and its value: two array headers, its places in the
   * tree, and what the arrays are rounded up by. Measured by {@code HeapPerKeyTest}.
   */
  static final int ROW_OVERHEAD_BYTES = 72;

  private final long limitBytes;
  private long usedBytes;

  /** Begins with the rows of this tree, even if these are too many: then nothing can be added. */
  Capacity(long limitBytes, SortedTree<byte[]> rows) {
    this.limitBytes = limitBytes;
    this.usedBytes = bytes(rows, Keys.BEGIN, Keys.END);
  }

  /** By how much a set or a clear lets these rows grow; negative if they shrink. */
  static long growth(Mutation change, SortedTree<byte[]> rows) {
    if (change.operation() == Operation.CLEAR_RANGE) {
      return -bytes(rows, change.key(), change.param());
    }
    byte[] before = rows.get(change.key());
    return before == null
        ? rowBytes(change.key(), change.param())
        : change.param().length - before.length;
  }

  private static long bytes(SortedTree<byte[]> rows, byte[] from, byte[] to) {
    long[] bytes = {0};
    rows.forward(
        from,
        to,
        (key, value) -> {
          bytes[0] += rowBytes(key, value);
          return true;
        });
    return bytes[0];
  }

  private static int rowBytes(byte[] key, byte[] value) {
    return ROW_OVERHEAD_BYTES + key.length + value.length;
  }

  /**
   * Checks that there is room. What takes no more room than before is always let through, so that a
   * full database can be emptied.
   *
   * @throws EmbeddedException 1501
   */
  void checkRoomFor(long growth) {
    if (growth > 0 && usedBytes + growth > limitBytes) {
      throw new EmbeddedException(
          String.format(
              "The embedded database is full: it holds %,d bytes, this commit adds %,d, and the"
                  + " limit is %,d. Nothing was committed. Clear something, or set maxStoredBytes"
                  + " (and -Xmx, which has to be about twice as much).",
              usedBytes, growth, limitBytes),
          FdbError.LARGE_ALLOC_FAILED.code());
    }
  }

  void add(long growth) {
    usedBytes += growth;
  }

  long usedBytes() {
    return usedBytes;
  }
}
