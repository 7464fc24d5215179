package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.tree.SortedTree;

/**
 * Which part of the key space was last written at which version, since some version.
 *
 * <p>Single keys, which most writes are of, are kept apart from ranges. The trees know the newest
 * version below each node, so that a check costs O(log n) however much it spans. Not thread-safe.
 */
final class WrittenKeys {
  private static final long NEVER = 0;

  private final long firstVersion;
  private long lastVersion;

  /** The version of the last write to each single key. */
  private SortedTree<Long> keys = SortedTree.empty();

  /** From each border up to the next: the version of the last write to a range there. */
  private SortedTree<Long> borders = SortedTree.empty();

  /** Nothing yet, and nothing to come that is older. */
  WrittenKeys(long firstVersion) {
    this.firstVersion = firstVersion;
    this.lastVersion = firstVersion;
  }

  long firstVersion() {
    return firstVersion;
  }

  /** The version of the newest write. */
  long lastVersion() {
    return lastVersion;
  }

  /** How many keys and borders are kept, which is what the memory depends on. */
  int size() {
    return keys.size() + borders.size();
  }

  /** Whether any key in the range was written after {@code version}. */
  boolean isWrittenAfter(KeyRange range, long version) {
    return isKeyWrittenAfter(range, version) || isRangeWrittenAfter(range, version);
  }

  private boolean isKeyWrittenAfter(KeyRange range, long version) {
    if (range.isSingleKey()) {
      Long written = keys.get(range.begin());
      return written != null && written > version;
    }
    return keys.anyHeavier(range.begin(), range.end(), version, Long::longValue);
  }

  private boolean isRangeWrittenAfter(KeyRange range, long version) {
    return borders.size() > 0
        && (rangeVersion(range.begin()) > version
            || borders.anyHeavier(range.begin(), range.end(), version, Long::longValue));
  }

  /** The version of the last write of a range around the key. */
  private long rangeVersion(byte[] key) {
    Long version = borders.floor(key);
    return version == null ? NEVER : version;
  }

  /** Notes a write. Versions never decrease. */
  void add(KeyRange range, long version) {
    lastVersion = version;
    if (range.isSingleKey()) {
      keys = keys.put(range.begin(), version, version);
      return;
    }
    long behind = rangeVersion(range.end());
    borders = borders.removeRange(range.begin(), range.end());
    borders = borders.put(range.begin(), version, version);
    borders = borders.put(range.end(), behind, behind);
  }
}
