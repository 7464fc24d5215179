package io.github.grpconce.embedded.internal.range;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.range.SegmentCursor.Kind;
import java.util.List;

/** A read from the begin of a range on. */
final class ForwardRangeRead extends RangeRead {
  private final ReadScope scope;

  ForwardRangeRead(ReadScope scope, Selector begin, Selector end, RangeLimits limits) {
    super(scope, begin, end, limits);
    this.scope = scope;
  }

  @Override
  public RangeResult run() {
    begin.walk();
    end.walk();
    if (isInverted()) {
      return RangeResult.EMPTY;
    }
    if (begin.isResolved() && Keys.equal(begin.key(), maxKey)) {
      return nothing();
    }
    if (!end.isResolved() && Keys.less(end.key(), begin.key())) {
      byte[] resolvedEnd = resolve(scope, end);
      if (Keys.compare(begin.key(), resolvedEnd) >= 0 && !begin.isBackward()) {
        return RangeResult.EMPTY;
      }
      if (resolvedEnd.length == 0) {
        return nothing();
      }
      begin.walk();
      end.walk();
    }
    return loop();
  }

  private RangeResult loop() {
    SegmentCursor at = begin.at();
    while (true) {
      if (rows.isEmpty() && isInverted()) {
        return RangeResult.EMPTY;
      }
      if (end.offset() <= 1 && end.key().length == 0) {
        return nothing();
      }
      if (begin.selector().isInvertedWith(end.selector())) {
        if (!end.isResolved() && !rows.isEmpty()) {
          end.resolveTo(resolve(scope, end));
        }
        return finish();
      }
      if (isEnough() || isAtEnd(at)) {
        return finish();
      }
      if (at.kind() == Kind.UNKNOWN) {
        if (isGoodForNow()) {
          more = true;
          return finish();
        }
        readMore(at);
        begin.walk();
        end.walk();
      } else {
        KeyValue row = at.kind() == Kind.KEY_VALUE ? at.row() : null;
        if (row != null) {
          take(row);
        }
        at.next();
      }
    }
  }

  private boolean isEnough() {
    return limits.isReached() && rowsPast >= 1 - end.offset();
  }

  private boolean isGoodForNow() {
    return limits.hasSatisfiedMinRows() && !rows.isEmpty() && rowsPast >= 1 - end.offset();
  }

  private boolean isAtEnd(SegmentCursor at) {
    return at.isSameAs(end.at())
        && (at.isKnown()
            || (begin.offset() > 0 && end.isResolved() && Keys.equal(end.key(), at.beginKey())));
  }

  private void readMore(SegmentCursor at) {
    int clearLimit = clearLimit();
    SegmentCursor last = at.copy();
    int clears = 0;
    if (Keys.less(at.beginKey(), end.at().beginKey())) {
      clears = CheapStretch.onFrom(last, maxKey).skip(end.at(), clearLimit);
    }
    Selector readEnd;
    if (!last.isSameAs(end.at())) {
      readEnd = Selector.firstGreaterOrEqual(last.endKey());
    } else if (end.offset() > 1) {
      clears += CheapStretch.onFrom(last, maxKey).count(clearLimit - clears);
      readEnd = end.selector().plus(clears);
    } else {
      readEnd = Selector.firstGreaterOrEqual(end.key());
    }
    addRows(Math.max(0, 1 - end.offset()));
    addRows(clears);
    Selector readBegin = readBegin(at, clearLimit);
    if (Keys.less(readEnd.key(), readBegin.key())) {
      readEnd = new Selector(readBegin.key(), readEnd.offset());
    }
    RangeLimits request = requestLimits(2 - readBegin.offset());
    RangeResult read = database.getRange(readBegin, readEnd, request, false);
    remember(read, readBegin, readEnd);
  }

  private Selector readBegin(SegmentCursor at, int clearLimit) {
    if (begin.isBackward()) {
      int clears = CheapStretch.backFrom(at.copy(), maxKey).count(clearLimit);
      addRows(clears);
      return begin.selector().plus(-clears);
    }
    if (begin.isResolved()) {
      begin.moveTo(Keys.max(begin.key(), at.beginKey()));
    }
    addRows(begin.offset() - 1);
    return Selector.firstGreaterOrEqual(begin.key());
  }

  /** Puts what was read, and what its borders tell, in the cache. */
  private void remember(RangeResult read, Selector readBegin, Selector readEnd) {
    byte[] from = readBegin.offset() <= 1 ? readBegin.key() : Keys.END;
    byte[] to = !read.more() && readEnd.offset() >= 1 ? readEnd.key() : Keys.BEGIN;
    if (read.readToBegin()) {
      from = Keys.BEGIN;
    }
    if (read.readThroughEnd()) {
      to = Keys.END;
    }
    if (!read.isEmpty()) {
      from = Keys.min(from, read.firstKey());
      if (read.more() || !Keys.less(read.lastKey(), to)) {
        to = Keys.after(read.lastKey());
      }
    }
    cache.insert(from, to, read.rows());
  }

  private RangeResult finish() {
    more |= limits.isReached();
    List<KeyValue> kept = rows;
    if (end.isResolved()) {
      int keep = 0;
      while (keep < rows.size() && Keys.less(rows.get(keep).getKey(), end.key())) {
        keep++;
      }
      if (keep < rows.size()) {
        more = false;
      }
      kept = rows.subList(0, keep);
    }
    return new RangeResult(kept, more, readToBegin(), !more && readThroughEnd());
  }
}
