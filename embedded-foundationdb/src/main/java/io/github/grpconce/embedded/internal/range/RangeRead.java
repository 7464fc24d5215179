package io.github.grpconce.embedded.internal.range;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Selector;
import java.util.ArrayList;
import java.util.List;

/**
 * One read of a range through a transaction's cache and writes.
 *
 * <p>The steps, and with them which selectors count as having read to a border of the database, are
 * those of FoundationDB's {@code ReadYourWrites}: conflict ranges depend on them.
 */
public abstract class RangeRead {
  private static final int MOST_DOUBLINGS = 20;

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
  public record ReadScope(
      SnapshotReads database, SnapshotCache cache, SegmentCursor start, byte[] maxKey) {
    SegmentCursor cursor() {
      return start.copy();
    }

    public RangeRead forward(Selector begin, Selector end, RangeLimits limits) {
      return new ForwardRangeRead(this, begin, end, limits);
    }

    public RangeRead backward(Selector begin, Selector end, RangeLimits limits) {
      return new BackwardRangeRead(this, begin, end, limits);
    }

    /** The selected key, clamped to the borders. */
    public byte[] getKey(Selector selector) {
      RangeLimits one = new RangeLimits(1, 1, RangeLimits.UNLIMITED);
      if (selector.isBackward()) {
        Selector first = Selector.firstGreaterOrEqual(Keys.BEGIN);
        RangeResult result = backward(first, selector.plus(1), one).run();
        return result.isEmpty() ? Keys.BEGIN : result.firstKey();
      }
      RangeResult result = forward(selector, Selector.firstGreaterOrEqual(maxKey), one).run();
      return result.isEmpty() ? maxKey : result.firstKey();
    }
  }

  /** Reads. */
  public abstract RangeResult run();

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
}
