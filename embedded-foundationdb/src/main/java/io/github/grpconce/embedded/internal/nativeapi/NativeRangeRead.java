package io.github.grpconce.embedded.internal.nativeapi;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.range.RangeLimits;
import io.github.grpconce.embedded.internal.range.RangeResult;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * One range read of FoundationDB's native client, which asks again when a reply is full, and is
 * content, when bytes are limited, with what the first replies give.
 *
 * <p>Behind the user's keys every cluster has keys of its own, and so a selector that goes further
 * than the last row of the user's finds one of them. Nobody gets to see these rows, but they count
 * as read, and a range that ends with the first of them says nothing of what is before it.
 */
final class NativeRangeRead {
  private final SortedTree<byte[]> tree;
  private final Selector originalBegin;
  private final Selector originalEnd;
  private final RangeLimits originalLimits;
  private final boolean reverse;
  private Rows rows;
  private Selector begin;
  private Selector end;

  NativeRangeRead(
      SortedTree<byte[]> tree, Selector begin, Selector end, RangeLimits limits, boolean reverse) {
    this.tree = tree;
    this.originalBegin = begin;
    this.originalEnd = end;
    this.originalLimits = limits;
    this.reverse = reverse;
    this.rows = new Rows(limits.copy());
    this.begin = begin;
    this.end = end;
  }

  RangeResult run() {
    boolean readToBegin = begin.key().length == 0 && begin.isBackward();
    if (readToBegin) {
      begin = Selector.firstGreaterOrEqual(Keys.BEGIN);
    }
    while (true) {
      if (runsOffBegin(begin)) {
        return readExactly();
      }
      long hidden = hiddenRows(begin, end);
      boolean more = read(border(begin), border(end), hidden);
      if (rows.isEnough() || !more) {
        boolean throughEnd = hidden > 0 && (reverse || !more);
        return new RangeResult(rows.found, more, readToBegin, throughEnd);
      }
      if (reverse) {
        end = Selector.firstGreaterOrEqual(rows.last());
      } else {
        begin = Selector.firstGreaterOrEqual(Keys.after(rows.last()));
      }
    }
  }

  private boolean runsOffBegin(Selector selector) {
    return selector.isBackward() && rank(selector) < 0;
  }

  /** How many of the cluster's own rows there are from one selector to another. */
  private long hiddenRows(Selector from, Selector to) {
    return to.offset() <= 1 ? 0 : Math.max(0, rank(to) - Math.max(tree.size(), rank(from)));
  }

  private long rank(Selector selector) {
    return (long) tree.rank(selector.key()) + selector.offset() - 1;
  }

  private byte[] border(Selector selector) {
    return selector.isFirstGreaterOrEqual()
        ? selector.key()
        : new StorageReader(tree).getKey(selector);
  }

  /**
   * One request.
   *
   * @param hidden rows at the end of the range that are not in the tree
   * @return whether there is more in its range
   */
  private boolean read(byte[] from, byte[] to, long hidden) {
    rows.beginReply();
    if (reverse) {
      rows.limits.takeUnseen(hidden);
      tree.backward(from, to, rows);
    } else {
      tree.forward(from, to, rows);
    }
    return rows.replyIsFull;
  }

  /** The same range again, with its borders resolved first. */
  private RangeResult readExactly() {
    byte[] from = border(originalBegin);
    byte[] to = border(originalEnd);
    long hidden = hiddenRows(originalBegin, originalEnd);
    rows = new Rows(originalLimits.copy());
    if (Keys.compare(from, to) >= 0 && hidden == 0) {
      return RangeResult.EMPTY;
    }
    boolean more = readPieces(from, to, hidden);
    return new RangeResult(
        rows.found,
        more,
        from.length == 0 && (!reverse || !more),
        hidden > 0 && (reverse || !more));
  }

  private boolean readPieces(byte[] from, byte[] to, long hidden) {
    byte[] first = from;
    byte[] last = to;
    long hiddenBeforeLast = hidden;
    while (Keys.less(first, last)) {
      boolean more = read(first, last, hiddenBeforeLast);
      hiddenBeforeLast = 0;
      if (rows.limits.isReached()) {
        return true;
      }
      if (!more) {
        return false;
      }
      if (reverse) {
        last = rows.last();
      } else {
        first = Keys.after(rows.last());
      }
      if (rows.limits.hasSatisfiedMinRows()) {
        return Keys.less(first, last);
      }
    }
    return false;
  }

  /** Collects rows until a limit is reached or a reply is full. */
  private static final class Rows implements BiPredicate<byte[], byte[]> {
    /** How many bytes each row takes in a storage server's reply, besides key and value. */
    private static final int ROW_OVERHEAD_BYTES = 24;

    private final List<KeyValue> found = new ArrayList<>();
    private final RangeLimits limits;
    private int replyBytesLeft;
    private boolean replyIsFull;

    Rows(RangeLimits limits) {
      this.limits = limits;
    }

    void beginReply() {
      replyBytesLeft = limits.replyBytes();
      replyIsFull = false;
    }

    boolean isEnough() {
      return limits.isReached() || limits.hasSatisfiedMinRows();
    }

    byte[] last() {
      return found.get(found.size() - 1).getKey();
    }

    @Override
    public boolean test(byte[] key, byte[] value) {
      KeyValue row = new KeyValue(key, value);
      found.add(row);
      limits.take(row);
      replyBytesLeft -= ROW_OVERHEAD_BYTES + key.length + value.length;
      replyIsFull = limits.isReached() || replyBytesLeft <= 0;
      return !replyIsFull;
    }
  }
}
