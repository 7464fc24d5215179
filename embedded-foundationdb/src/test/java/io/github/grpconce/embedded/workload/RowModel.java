package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Some rows of a database in a sorted map. Not thread-safe. */
final class RowModel {
  private final TreeMap<byte[], byte[]> rows = new TreeMap<>(ByteArrayUtil::compareUnsigned);

  /** Begins with these rows. */
  RowModel(List<KeyValue> rows) {
    rows.forEach(row -> this.rows.put(row.getKey(), row.getValue()));
  }

  byte @Nullable [] get(byte[] key) {
    return rows.get(key);
  }

  void set(byte[] key, byte @Nullable [] value) {
    if (value == null) {
      rows.remove(key);
    } else {
      rows.put(key, value);
    }
  }

  void clear(byte[] begin, byte[] end) {
    rows.subMap(begin, true, end, false).clear();
  }

  /** The key that a selector means; null if there is none among these rows. */
  byte @Nullable [] getKey(KeySelector selector) {
    int before = rows.headMap(selector.getKey(), selector.orEqual()).size();
    int place = before + selector.getOffset() - 1;
    return place < 0 || place >= rows.size() ? null : List.copyOf(rows.keySet()).get(place);
  }

  /**
   * Reads rows.
   *
   * @param limit 0 for no limit
   */
  List<KeyValue> getRange(byte[] begin, byte[] end, int limit, boolean reverse) {
    NavigableMap<byte[], byte[]> range = rows.subMap(begin, true, end, false);
    List<KeyValue> found = new ArrayList<>();
    (reverse ? range.descendingMap() : range)
        .forEach((key, value) -> found.add(new KeyValue(key, value)));
    return limit == 0 || limit >= found.size() ? found : found.subList(0, limit);
  }

  @Override
  public String toString() {
    return RowOperation.text(
        rows.entrySet().stream().map(row -> new KeyValue(row.getKey(), row.getValue())).toList());
  }
}
