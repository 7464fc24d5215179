package io.github.grpconce.embedded;

import com.apple.foundationdb.KeyArrayResult;
import com.apple.foundationdb.KeyValue;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What FoundationDB's storage servers and its native client answer to reads at one version. */
final class StorageReader {
  private final KeyValueTree tree;

  StorageReader(KeyValueTree tree) {
    this.tree = tree;
  }

  byte @Nullable [] get(byte[] key) {
    return tree.get(key);
  }

  /** The selected key; {@link Keys#BEGIN} or {@link Keys#END} if the selector runs off. */
  byte[] getKey(Selector selector) {
    long rank = (long) tree.rank(selector.key()) + selector.offset() - 1;
    if (rank < 0) {
      return Keys.BEGIN;
    }
    return rank >= tree.size() ? Keys.END : tree.keyAt((int) rank);
  }

  private byte[] border(Selector selector) {
    return selector.isFirstGreaterOrEqual() ? selector.key() : getKey(selector);
  }

  /** The rows from {@code begin} to {@code end}, as far as the limits go. */
  RangeResult getRange(Selector begin, Selector end, RangeLimits limits, boolean reverse) {
    if (limits.isReached() || begin.isInvertedWith(end)) {
      return RangeResult.EMPTY;
    }
    boolean fromBegin = begin.key().length == 0 && begin.isBackward();
    if (end.key().length == 0 && end.offset() <= 1) {
      return new RangeResult(List.of(), false, fromBegin, false);
    }
    byte[] from = border(begin);
    byte[] to = border(end);
    if (Keys.compare(from, to) >= 0) {
      return new RangeResult(List.of(), false, fromBegin && to.length > 0, false);
    }
    Rows rows = new Rows(limits.copy());
    if (reverse) {
      tree.backward(tree.rank(from), tree.rank(to), rows);
    } else {
      tree.forward(tree.rank(from), tree.rank(to), rows);
    }
    boolean ranOffBegin = fromBegin || (begin.isBackward() && from.length == 0);
    boolean ranOffEnd = end.offset() > 1 && Keys.equal(to, Keys.END);
    return new RangeResult(
        rows.found,
        rows.more,
        fromBegin || (ranOffBegin && (!reverse || !rows.more)),
        ranOffEnd && (reverse || !rows.more));
  }

  /** The bytes of the keys and values in a range. */
  long rangeSize(KeyRange range) {
    long[] bytes = {0};
    tree.forward(
        tree.rank(range.begin()),
        tree.rank(range.end()),
        row -> {
          bytes[0] += size(row);
          return true;
        });
    return bytes[0];
  }

  private static int size(KeyValue row) {
    return row.getKey().length + row.getValue().length;
  }

  /** Keys that cut a range in pieces of about this many bytes, its borders included. */
  KeyArrayResult splitPoints(KeyRange range, long chunkSize) {
    if (chunkSize <= 0) {
      throw FdbError.CLIENT_INVALID_OPERATION.exception();
    }
    List<byte[]> points = new ArrayList<>(List.of(range.begin()));
    long[] bytes = {0};
    tree.forward(
        tree.rank(range.begin()),
        tree.rank(range.end()),
        row -> {
          if (bytes[0] >= chunkSize) {
            points.add(row.getKey());
            bytes[0] = 0;
          }
          bytes[0] += size(row);
          return true;
        });
    points.add(range.end());
    return arrayOf(points);
  }

  private static KeyArrayResult arrayOf(List<byte[]> keys) {
    int[] lengths = keys.stream().mapToInt(key -> key.length).toArray();
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    keys.forEach(joined::writeBytes);
    return new KeyArrayResult(joined.toByteArray(), lengths);
  }

  /** Collects rows until the limits are reached or, from the least rows on, a reply is full. */
  private static final class Rows implements Predicate<KeyValue> {
    /** How many bytes each row takes in a storage server's reply, besides key and value. */
    private static final int ROW_OVERHEAD_BYTES = 24;

    private final List<KeyValue> found = new ArrayList<>();
    private final RangeLimits limits;
    private int replyBytes;
    private boolean more;

    Rows(RangeLimits limits) {
      this.limits = limits;
      this.replyBytes = limits.bytes;
    }

    @Override
    public boolean test(KeyValue row) {
      found.add(row);
      limits.take(row);
      replyBytes -= ROW_OVERHEAD_BYTES + row.getKey().length + row.getValue().length;
      if (limits.isReached()) {
        more = true;
      } else if (limits.hasBytes() && replyBytes <= 0) {
        more = limits.hasSatisfiedMinRows();
        replyBytes = limits.bytes;
      }
      return !more;
    }
  }
}
