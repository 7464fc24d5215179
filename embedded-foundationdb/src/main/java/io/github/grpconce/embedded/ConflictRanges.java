package io.github.grpconce.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A set of keys as ranges that neither overlap nor touch. Not thread-safe. */
final class ConflictRanges {
  private final NavigableMap<byte[], byte[]> endOfBegin = new TreeMap<>(Keys.ORDER);

  void add(KeyRange range) {
    byte[] begin = range.begin();
    byte[] end = range.end();
    Map.Entry<byte[], byte[]> before = endOfBegin.floorEntry(begin);
    if (before != null && Keys.compare(begin, before.getValue()) <= 0) {
      begin = before.getKey();
      end = Keys.max(end, before.getValue());
    }
    Map.Entry<byte[], byte[]> next = endOfBegin.higherEntry(begin);
    while (next != null && Keys.compare(next.getKey(), end) <= 0) {
      end = Keys.max(end, next.getValue());
      endOfBegin.remove(next.getKey());
      next = endOfBegin.higherEntry(begin);
    }
    endOfBegin.put(begin, end);
  }

  List<KeyRange> ranges() {
    List<KeyRange> ranges = new ArrayList<>(endOfBegin.size());
    endOfBegin.forEach((begin, end) -> ranges.add(new KeyRange(begin, end)));
    return ranges;
  }
}
