package io.github.grpconce.embedded;

import com.apple.foundationdb.KeyValue;
import java.util.List;

/**
 * Some rows of a range.
 *
 * @param more whether there may be more rows, as a limit was reached
 * @param readToBegin whether a selector ran into the first key
 * @param readThroughEnd whether a selector ran off the last key
 */
record RangeResult(List<KeyValue> rows, boolean more, boolean readToBegin, boolean readThroughEnd) {
  static final RangeResult EMPTY = new RangeResult(List.of(), false, false, false);

  boolean isEmpty() {
    return rows.isEmpty();
  }

  byte[] firstKey() {
    return rows.get(0).getKey();
  }

  byte[] lastKey() {
    return rows.get(rows.size() - 1).getKey();
  }
}
