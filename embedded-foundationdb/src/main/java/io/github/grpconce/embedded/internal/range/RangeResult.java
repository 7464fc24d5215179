package io.github.grpconce.embedded.internal.range;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.internal.key.Keys;
import java.util.ArrayList;
import java.util.List;

/**
 * Some rows of a range.
 *
 * @param more whether there may be more rows, as a limit was reached
 * @param readToBegin whether a selector ran into the first key
 * @param readThroughEnd whether a selector ran off the last key
 */
public record RangeResult(
    List<KeyValue> rows, boolean more, boolean readToBegin, boolean readThroughEnd) {
  public static final RangeResult EMPTY = new RangeResult(List.of(), false, false, false);

  /** This result without what a selector found behind the keys that may be read. */
  public RangeResult below(byte[] maxKey) {
    if (isEmpty() || Keys.less(lastKey(), maxKey)) {
      return this;
    }
    List<KeyValue> legal = rows.stream().filter(row -> Keys.less(row.getKey(), maxKey)).toList();
    return new RangeResult(legal, false, readToBegin, readThroughEnd);
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The rows for the caller, who may do with the arrays what he likes. */
  public List<KeyValue> copiedRows() {
    List<KeyValue> copies = new ArrayList<>(rows.size());
    rows.forEach(row -> copies.add(copy(row)));
    return copies;
  }

  public static KeyValue copy(KeyValue row) {
    return new KeyValue(row.getKey().clone(), row.getValue().clone());
  }

  public byte[] firstKey() {
    return rows.get(0).getKey();
  }

  public byte[] lastKey() {
    return rows.get(rows.size() - 1).getKey();
  }
}
