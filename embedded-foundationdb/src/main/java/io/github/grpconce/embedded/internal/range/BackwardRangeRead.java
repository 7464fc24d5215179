package io.github.grpconce.embedded.internal.range;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.range.SegmentCursor.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A read from the end of a range back. */
final class BackwardRangeRead extends RangeRead {
  private final ReadScope scope;

  BackwardRangeRead(ReadScope scope, Selector begin, Selector end, RangeLimits limits) {
    super(scope, begin, end, limits);
    this.scope = scope;
  }

  @Override
  public RangeResult run() {
    end.walk();
    begin.walk();
    if (isInverted()) {
      return RangeResult.EMPTY;
    }
    if (end.isResolved() && end.key().length == 0) {
      return nothing();
    }
    if (!begin.isResolved() && Keys.less(end.key(), begin.key())) {
      byte[] resolvedBegin = resolve(scope, begin);
      if (Keys.compare(resolvedBegin, end.key()) >= 0 && end.offset() <= 1) {
        return RangeResult.EMPTY;
      }
      if (Keys.equal(resolvedBegin, maxKey)) {
        return nothing();
      }
      end.walk();
      begin.walk();
    }
    return loop();
  }

  private RangeResult loop() {
    SegmentCursor at = end.at();
    while (true) {
      if (rows.isEmpty() && isInverted()) {
        return RangeResult.EMPTY;
      }
      if (!begin.isBackward() && Keys.compare(begin.key(), maxKey) >= 0) {
        return nothing();
      }
      if (isEndAtBegin()) {
        if (!begin.isResolved() && !rows.isEmpty()) {
          begin.resolveTo(resolve(scope, begin));
        }
        return finish();
      }
      if (limits.isReached() && isPastBegin()) {
        return finish();
      }
      if (end.isResolved() && Keys.equal(end.key(), at.beginKey())) {
        at.previous();
      }
      if (at.kind() == Kind.UNKNOWN) {
        if (limits.hasBytes() && !rows.isEmpty() && isPastBegin()) {
          more = true;
          return finish();
        }
        readMore(at);
        end.walk();
        begin.walk();
      } else {
        KeyValue row = at.kind() == Kind.KEY_VALUE ? at.row() : null;
        if (row != null) {
          take(row);
        }
        if (at.isSameAs(begin.at())) {
          return finish();
        }
        at.previous();
      }
    }
  }

  private boolean isEndAtBegin() {
    return begin.selector().isInvertedWith(end.selector())
        || (end.offset() <= 1 && end.key().length == 0);
  }

  private boolean isPastBegin() {
    return rowsPast >= begin.offset() - 1;
  }

  private void readMore(SegmentCursor at) {
    int clearLimit = clearLimit();
    SegmentCursor last = at.copy();
    int clears = 0;
    if (Keys.less(begin.at().beginKey(), at.beginKey())) {
      clears = CheapStretch.backFrom(last, maxKey).skip(begin.at(), clearLimit);
    }
    Selector readBegin;
    if (!last.isSameAs(begin.at())) {
      readBegin = Selector.firstGreaterOrEqual(last.beginKey());
    } else if (begin.isBackward()) {
      clears += CheapStretch.backFrom(last, maxKey).count(clearLimit - clears);
      readBegin = begin.selector().plus(-clears);
    } else {
      readBegin = Selector.firstGreaterOrEqual(begin.key());
    }
    addRows(Math.max(0, begin.offset() - 1));
    addRows(clears);
    Selector readEnd = readEnd(at, clearLimit);
    if (Keys.less(readEnd.key(), readBegin.key())) {
      readBegin = new Selector(readEnd.key(), readBegin.offset());
    }
    RangeLimits request = requestLimits(readEnd.offset());
    RangeResult read = database.getRange(readBegin, readEnd, request, true);
    remember(read, readBegin, readEnd);
  }

  private Selector readEnd(SegmentCursor at, int clearLimit) {
    if (end.offset() > 1) {
      int clears = CheapStretch.onFrom(at.copy(), maxKey).count(clearLimit);
      addRows(clears);
      return end.selector().plus(clears);
    }
    if (end.isResolved()) {
      end.moveTo(Keys.min(end.key(), at.endKey()));
    }
    addRows(1 - end.offset());
    return Selector.firstGreaterOrEqual(end.key());
  }

  /** Puts what was read, and what its borders tell, in the cache. */
  private void remember(RangeResult read, Selector readBegin, Selector readEnd) {
    byte[] from = !read.more() && readBegin.offset() <= 1 ? readBegin.key() : Keys.END;
    byte[] to = readEnd.offset() >= 1 ? readEnd.key() : Keys.BEGIN;
    if (read.readToBegin()) {
      from = Keys.BEGIN;
    }
    if (read.readThroughEnd()) {
      to = Keys.END;
    }
    List<KeyValue> ascending = new ArrayList<>(read.rows());
    Collections.reverse(ascending);
    if (!read.isEmpty()) {
      if (read.more() || !Keys.less(from, read.lastKey())) {
        from = read.lastKey();
      }
      to = Keys.less(read.firstKey(), to) ? to : Keys.after(read.firstKey());
    }
    cache.insert(from, to, ascending);
  }

  private RangeResult finish() {
    more |= limits.isReached();
    List<KeyValue> kept = rows;
    if (begin.isResolved()) {
      int keep = 0;
      while (keep < rows.size() && Keys.compare(rows.get(keep).getKey(), begin.key()) >= 0) {
        keep++;
      }
      if (keep < rows.size()) {
        more = false;
      }
      kept = rows.subList(0, keep);
    }
    return new RangeResult(kept, more, !more && readToBegin(), readThroughEnd());
  }
}
