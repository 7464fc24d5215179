package io.github.grpconce.embedded.internal.range;

import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.range.SegmentCursor.Kind;

/**
 * A key selector on its way to the key it selects, as far as that can be found without reading the
 * database (FoundationDB's {@code resolveKeySelectorFromCache}).
 *
 * <p>After each {@link #walk} the selector is an equivalent one: on the selected key, at a border
 * of the database if it ran off, or else at a segment that has to be read (or cannot be).
 */
final class SelectorWalk {
  private final SegmentCursor at;
  private final byte[] maxKey;
  private byte[] key;
  private int offset;

  /**
   * The offset left over when the selector first met its key; that a selector ran off is forgotten.
   */
  private int actualOffset;

  private boolean readToBegin;
  private boolean readThroughEnd;

  SelectorWalk(Selector selector, SegmentCursor at, byte[] maxKey) {
    this.at = at;
    this.maxKey = maxKey;
    this.key = selector.key();
    this.offset = selector.offset();
    this.actualOffset = offset;
  }

  /** Goes on from the present key, after something was read. */
  void walk() {
    boolean alreadyThere = offset == 1;
    at.skip(key);
    if (offset <= 0 && key.length > 0 && Keys.equal(at.beginKey(), key)) {
      at.previous();
    }
    walkForward();
    walkBackward();
    if (!alreadyThere) {
      actualOffset = offset;
    }
    if (offset < 1 && at.isKnown()) {
      readToBegin = true;
      settle(Keys.BEGIN);
    } else if (offset > 1 && at.isKnown()) {
      readThroughEnd = true;
      settle(maxKey);
    } else {
      skipEmpty();
    }
  }

  private void walkForward() {
    while (offset > 1 && at.isKnown() && Keys.less(at.endKey(), maxKey)) {
      if (at.kind() == Kind.KEY_VALUE) {
        offset--;
      }
      at.next();
      key = at.beginKey();
    }
  }

  private void walkBackward() {
    while (offset < 1 && at.isKnown() && at.beginKey().length > 0) {
      if (at.kind() == Kind.KEY_VALUE && ++offset == 1) {
        key = at.beginKey();
        return;
      }
      at.previous();
      key = at.endKey();
    }
  }

  private void skipEmpty() {
    while (!at.isUnreadable() && at.kind() == Kind.EMPTY && Keys.less(at.endKey(), maxKey)) {
      at.next();
      key = at.beginKey();
    }
  }

  private void settle(byte[] border) {
    key = border;
    offset = 1;
  }

  /** Replaces the selector by one for a key that is known to be the selected one. */
  void resolveTo(byte[] selected) {
    key = selected;
    offset = 1;
  }

  /** Moves a selector that is on its key forward or back over what was read already. */
  void moveTo(byte[] newKey) {
    key = newKey;
  }

  SegmentCursor at() {
    return at;
  }

  byte[] key() {
    return key;
  }

  int offset() {
    return offset;
  }

  int actualOffset() {
    return actualOffset;
  }

  boolean isResolved() {
    return offset == 1;
  }

  boolean isBackward() {
    return offset <= 0;
  }

  boolean readToBegin() {
    return readToBegin;
  }

  boolean readThroughEnd() {
    return readThroughEnd;
  }

  Selector selector() {
    return new Selector(key, offset);
  }
}
