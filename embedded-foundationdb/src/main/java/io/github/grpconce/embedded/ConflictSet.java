package io.github.grpconce.embedded;

import io.github.grpconce.embedded.tree.SortedTree;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Which part of the key space was last written at which version, within the last five seconds.
 *
 * <p>Single keys, which most writes are of, are kept apart from ranges. The trees know the newest
 * version below each node, so that a check costs O(log n) however much it spans. Not thread-safe.
 */
final class ConflictSet {
  private static final long NEVER = 0;

  private record Write(KeyRange range, long version) {}

  /** All writes that are kept, the oldest first. */
  private final Queue<Write> writes = new ArrayDeque<>();

  /** The version of the last write to each single key. */
  private SortedTree<Long> keys = SortedTree.empty();

  /** From each border up to the next: the version of the last write to a range there. */
  private SortedTree<Long> borders = SortedTree.empty();

  /** Whether any key in the range was written after {@code version}. */
  boolean isWrittenAfter(KeyRange range, long version) {
    return isKeyWrittenAfter(range, version) || isRangeWrittenAfter(range, version);
  }

  private boolean isKeyWrittenAfter(KeyRange range, long version) {
    if (range.isSingleKey()) {
      Long written = keys.get(range.begin());
      return written != null && written > version;
    }
    return keys.anyHeavier(
        keys.rank(range.begin()), keys.rank(range.end()), version, Long::longValue);
  }

  private boolean isRangeWrittenAfter(KeyRange range, long version) {
    if (borders.size() == 0) {
      return false;
    }
    return rangeVersion(range.begin()) > version
        || borders.anyHeavier(
            borders.rank(range.begin()), borders.rank(range.end()), version, Long::longValue);
  }

  /** The version of the last write of a range around the key. */
  private long rangeVersion(byte[] key) {
    Long version = borders.floor(key);
    return version == null ? NEVER : version;
  }

  /** Notes a write. Versions never decrease. */
  void add(KeyRange range, long version) {
    writes.add(new Write(range, version));
    if (range.isSingleKey()) {
      keys = keys.put(range.begin(), version, version);
      return;
    }
    long behind = rangeVersion(range.end());
    borders = borders.removeRange(range.begin(), range.end());
    borders = borders.put(range.begin(), version, version);
    borders = borders.put(range.end(), behind, behind);
  }

  /** Forgets the writes up to {@code oldest}: nobody asks any more what came after it. */
  void forget(long oldest) {
    for (Write write = writes.peek();
        write != null && write.version() <= oldest;
        write = writes.peek()) {
      forget(writes.remove(), oldest);
    }
  }

  private void forget(Write write, long oldest) {
    KeyRange range = write.range();
    if (!range.isSingleKey()) {
      dropBorderIfOld(range.begin(), oldest);
      dropBorderIfOld(range.end(), oldest);
      return;
    }
    Long newest = keys.get(range.begin());
    if (newest != null && newest <= oldest) {
      keys = keys.removeRange(range.begin(), range.end());
    }
  }

  /** A border goes when the keys on both its sides are old. */
  private void dropBorderIfOld(byte[] key, long oldest) {
    Long version = borders.get(key);
    Long before = borders.lower(key);
    if (version != null && version <= oldest && (before == null || before <= oldest)) {
      borders = borders.removeRange(key, Keys.after(key));
    }
  }

  /** How many writes are kept, which is what the memory depends on. */
  int size() {
    return writes.size();
  }
}
