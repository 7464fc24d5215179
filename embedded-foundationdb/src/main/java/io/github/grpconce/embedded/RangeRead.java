package io.github.grpconce.embedded;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.SegmentCursor.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * One read of a range through a transaction's cache and writes.
 *
 * <p>The steps, and with them which selectors count as having read to a border of the database, are
 * those of FoundationDB's {@code ReadYourWrites}: conflict ranges depend on them.
 */
abstract class RangeRead {
  private static final int MOST_DOUBLINGS = 20;

  /** How many single cleared keys are looked at, at least, when it is decided how far to read. */
  private static final int CLEARS_LOOKED_AT = 100;

  final SnapshotReads database;
  final SnapshotCache cache;
  final byte[] maxKey;
  final RangeLimits limits;
  final SelectorWalk begin;
  final SelectorWalk end;
  final List<KeyValue> rows = new ArrayList<>();

  /** Rows seen behind the limit, for a selector that is still to be resolved from there. */
  int rowsPast;

  boolean more;
  private int requests;

  /** Rows that have to be read besides those that are wanted. */
  private long additionalRows;

  private boolean borderAtBegin;
  private boolean borderAtEnd;

  RangeRead(ReadScope scope, Selector begin, Selector end, RangeLimits limits) {
    this.database = scope.database();
    this.cache = scope.cache();
    this.maxKey = scope.maxKey();
    this.limits = limits.copy();
    this.begin = new SelectorWalk(begin, scope.cursor(), maxKey);
    this.end = new SelectorWalk(end, scope.cursor(), maxKey);
  }

  /** What a read works on. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
  record ReadScope(
      SnapshotReads database, SnapshotCache cache, SegmentCursor start, byte[] maxKey) {
    SegmentCursor cursor() {
      return start.copy();
    }

    RangeRead forward(Selector begin, Selector end, RangeLimits limits) {
      return new ForwardRangeRead(this, begin, end, limits);
    }

    RangeRead backward(Selector begin, Selector end, RangeLimits limits) {
      return new BackwardRangeRead(this, begin, end, limits);
    }

    /** The selected key, clamped to the borders. */
    byte[] getKey(Selector selector) {
      if (selector.offset() > 0) {
        RangeLimits one = new RangeLimits(1, 1, RangeLimits.UNLIMITED);
        RangeResult result = forward(selector, Selector.firstGreaterOrEqual(maxKey), one).run();
        if (result.readToBegin()) {
          return Keys.BEGIN;
        }
        return result.readThroughEnd() || result.isEmpty() ? maxKey : result.firstKey();
      }
      RangeLimits one = new RangeLimits(1, 1, RangeLimits.UNLIMITED);
      RangeResult result =
          backward(Selector.firstGreaterOrEqual(Keys.BEGIN), selector.plus(1), one).run();
      if (result.readThroughEnd()) {
        return maxKey;
      }
      return result.readToBegin() || result.isEmpty() ? Keys.BEGIN : result.firstKey();
    }
  }

  /** Reads. */
  abstract RangeResult run();

  /** Resolves a selector by a read of its own. */
  final byte[] resolve(ReadScope scope, SelectorWalk walk) {
    byte[] resolved = scope.getKey(walk.selector());
    borderAtBegin |= resolved.length == 0;
    borderAtEnd |= Keys.equal(resolved, maxKey);
    return resolved;
  }

  final boolean readToBegin() {
    return borderAtBegin || begin.readToBegin() || end.readToBegin();
  }

  final boolean readThroughEnd() {
    return borderAtEnd || begin.readThroughEnd() || end.readThroughEnd();
  }

  /** No rows, and nothing learnt but which borders were met. */
  final RangeResult nothing() {
    return new RangeResult(List.of(), false, readToBegin(), readThroughEnd());
  }

  /** Whether the range proved to be empty or inverted. */
  final boolean isInverted() {
    return begin.actualOffset() >= end.actualOffset() && Keys.compare(begin.key(), end.key()) >= 0;
  }

  final boolean isOffTheBorders() {
    return (begin.isResolved() && Keys.equal(begin.key(), maxKey))
        || (end.isResolved() && end.key().length == 0);
  }

  final void take(KeyValue row) {
    if (limits.isReached()) {
      rowsPast++;
    } else {
      limits.take(row);
      rows.add(row);
    }
  }

  /** How many single clears a request may read across: more with each request. */
  final int clearLimit() {
    return requests == 0 ? 0 : 1 << Math.min(requests, MOST_DOUBLINGS);
  }

  final void addRows(int count) {
    additionalRows += count;
  }

  final RangeLimits requestLimits(int offset) {
    RangeLimits request = limits.forRequest(additionalRows, offset, requests);
    requests++;
    additionalRows = 0;
    return request;
  }

  /**
   * Moves forward over unknown segments and single cleared keys, as it is cheaper to read across a
   * few of these than to read twice.
   *
   * @return how many single cleared keys were passed
   */
  static int skipUnknown(SegmentCursor at, SegmentCursor last, int clearLimit) {
    byte[] emptyBegin = at.beginKey();
    byte[] segmentEnd = at.endKey();
    int clears = 0;
    for (int left = clearLimit + CLEARS_LOOKED_AT; !at.isSameAs(last) && left > 0; left--) {
      if (at.isUnreadable() || at.kind() == Kind.EMPTY) {
        if (at.isUnreadable() || !Keys.isAfter(segmentEnd, emptyBegin)) {
          break;
        }
        clears++;
      } else {
        emptyBegin = segmentEnd;
      }
      at.next();
      segmentEnd = at.endKey();
    }
    while (at.isUnreadable() || at.kind() != Kind.UNKNOWN) {
      at.previous();
    }
    return clears;
  }

  /** The mirror image of {@link #skipUnknown}. */
  static int skipUnknownBack(SegmentCursor at, SegmentCursor last, int clearLimit) {
    byte[] segmentBegin = at.beginKey();
    byte[] emptyEnd = at.endKey();
    int clears = 0;
    for (int left = clearLimit + CLEARS_LOOKED_AT; !at.isSameAs(last) && left > 0; left--) {
      if (at.isUnreadable() || at.kind() == Kind.EMPTY) {
        if (at.isUnreadable() || !Keys.isAfter(emptyEnd, segmentBegin)) {
          break;
        }
        clears++;
      } else {
        emptyEnd = segmentBegin;
      }
      at.previous();
      segmentBegin = at.beginKey();
    }
    while (at.isUnreadable() || at.kind() != Kind.UNKNOWN) {
      at.next();
    }
    return clears;
  }

  /** How many single cleared keys follow before anything else that is known. */
  final int countClears(SegmentCursor from, int most) {
    SegmentCursor at = from.copy();
    byte[] emptyBegin = at.beginKey();
    byte[] segmentEnd = at.endKey();
    int clears = 0;
    while (clears < most && Keys.less(segmentEnd, maxKey)) {
      if (at.isUnreadable() || at.kind() == Kind.EMPTY) {
        if (at.isUnreadable() || !Keys.isAfter(segmentEnd, emptyBegin)) {
          break;
        }
        clears++;
      } else {
        emptyBegin = segmentEnd;
      }
      at.next();
      segmentEnd = at.endKey();
    }
    return clears;
  }

  /** The mirror image of {@link #countClears}. */
  final int countClearsBack(SegmentCursor from, int most) {
    SegmentCursor at = from.copy();
    byte[] segmentBegin = at.beginKey();
    byte[] emptyEnd = at.endKey();
    int clears = 0;
    while (clears < most && segmentBegin.length > 0) {
      if (at.isUnreadable() || at.kind() == Kind.EMPTY) {
        if (at.isUnreadable() || !Keys.isAfter(emptyEnd, segmentBegin)) {
          break;
        }
        clears++;
      } else {
        emptyEnd = segmentBegin;
      }
      at.previous();
      segmentBegin = at.beginKey();
    }
    return clears;
  }
}
