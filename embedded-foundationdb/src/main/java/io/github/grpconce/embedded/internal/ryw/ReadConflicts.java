package io.github.grpconce.embedded.internal.ryw;

import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.range.RangeResult;

/**
 * Which keys a read depends on, exactly as FoundationDB has it: another transaction's write to one
 * of them makes this one fail, and a write next to them does not.
 */
final class ReadConflicts {
  private ReadConflicts() {}

  static KeyRange ofKey(Selector selector, byte[] result) {
    return selector.isBackward()
        ? new KeyRange(result, selector.key())
        : new KeyRange(selector.key(), Keys.after(result));
  }

  /** Of a range that was read through a transaction's writes. */
  static KeyRange ofRange(
      Selector begin, Selector end, boolean reverse, RangeResult result, byte[] maxKey) {
    return reverse
        ? ofReverseRange(begin, end, result, maxKey)
        : ofForwardRange(begin, end, result, maxKey);
  }

  private static KeyRange ofForwardRange(
      Selector begin, Selector end, RangeResult result, byte[] maxKey) {
    byte[] from = Keys.min(begin.key(), end.key());
    byte[] to = Keys.max(begin.key(), end.key());
    if (Keys.less(begin.key(), end.key()) && end.offset() > 0 && result.more()) {
      // Behind the last row nothing can change what this read gave.
      to = begin.key();
    }
    if (result.readToBegin() && begin.isBackward()) {
      from = Keys.BEGIN;
    }
    if (result.readThroughEnd() && end.offset() > 0) {
      to = maxKey;
    }
    if (!result.isEmpty()) {
      from = Keys.min(from, result.firstKey());
      to = Keys.max(to, Keys.after(result.lastKey()));
    }
    return new KeyRange(from, to);
  }

  private static KeyRange ofReverseRange(
      Selector begin, Selector end, RangeResult result, byte[] maxKey) {
    byte[] from = Keys.min(begin.key(), end.key());
    byte[] to = Keys.max(begin.key(), end.key());
    if (Keys.less(begin.key(), end.key()) && begin.offset() <= 1 && result.more()) {
      // Before the last row nothing can change what this read gave.
      from = end.key();
    }
    if (result.readToBegin() && begin.isBackward()) {
      from = Keys.BEGIN;
    }
    if (result.readThroughEnd() && end.offset() > 0) {
      to = maxKey;
    }
    if (!result.isEmpty()) {
      from = Keys.min(from, result.lastKey());
      to = Keys.max(to, Keys.after(result.firstKey()));
    }
    return new KeyRange(from, to);
  }

  /** Of a range that was read past a transaction's writes; empty if nothing conflicts. */
  static KeyRange ofNativeRange(Selector begin, Selector end, boolean reverse, RangeResult result) {
    byte[] from;
    if (result.readToBegin()) {
      from = Keys.BEGIN;
    } else if (result.isEmpty()
        || ((!reverse || !result.more() || begin.offset() > 1) && begin.offset() > 0)) {
      from = begin.key();
    } else {
      from = reverse ? result.lastKey() : result.firstKey();
    }
    byte[] to;
    if (result.readThroughEnd()) {
      to = Keys.END;
    } else if (result.isEmpty()
        || ((reverse || !result.more() || end.offset() <= 0) && end.offset() <= 1)) {
      to = end.key();
    } else {
      to = Keys.after(result.lastKey()); // forwards: backwards ends at a key that was found before
    }
    return new KeyRange(Keys.min(from, end.key()), Keys.max(to, begin.key()));
  }
}
