package io.github.grpconce.embedded.internal.ryw;

import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of keys, given as ranges that may overlap. Merging them is left until they are asked for,
 * which most transactions that only read never do. Not thread-safe.
 */
final class ConflictRanges {
  /** Merged now and then all the same: a transaction may read one key over and over. */
  private static final int FEWEST_TO_MERGE = 1_000;

  private List<KeyRange> ranges = new ArrayList<>();
  private int mergeAt = FEWEST_TO_MERGE;

  void add(KeyRange range) {
    ranges.add(range);
    if (ranges.size() >= mergeAt) {
      ranges = ranges();
      mergeAt = Math.max(FEWEST_TO_MERGE, 2 * ranges.size());
    }
  }

  /** The same keys as ranges in order, which neither overlap nor touch. */
  List<KeyRange> ranges() {
    List<KeyRange> ordered = new ArrayList<>(ranges);
    ordered.sort(Comparator.comparing(KeyRange::begin, Keys.ORDER));
    List<KeyRange> merged = new ArrayList<>(ordered.size());
    for (KeyRange next : ordered) {
      int last = merged.size() - 1;
      if (last >= 0 && Keys.compare(next.begin(), merged.get(last).end()) <= 0) {
        KeyRange before = merged.get(last);
        merged.set(last, new KeyRange(before.begin(), Keys.max(before.end(), next.end())));
      } else {
        merged.add(next);
      }
    }
    return merged;
  }
}
