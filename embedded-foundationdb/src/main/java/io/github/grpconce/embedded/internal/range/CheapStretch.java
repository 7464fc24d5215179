package io.github.grpconce.embedded.internal.range;

import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.range.SegmentCursor.Kind;

/**
 * Segments from an unknown one on, in one direction, that one request had better read across: it is
 * cheaper to read single cleared keys in vain than to read twice.
 */
final class CheapStretch {
  /** How many segments are looked at, at least, when it is decided how far to read. */
  private static final int SEGMENTS_LOOKED_AT = 100;

  private final SegmentCursor at;
  private final boolean backward;
  private final byte[] maxKey;

  /** The border of the newest segment that is not empty, on the side of those that follow. */
  private byte[] edge;

  private int clears;

  private CheapStretch(SegmentCursor at, boolean backward, byte[] maxKey) {
    this.at = at;
    this.backward = backward;
    this.maxKey = maxKey;
    this.edge = farBorder();
  }

  /** The one that begins at a cursor, which it moves. */
  static CheapStretch onFrom(SegmentCursor at, byte[] maxKey) {
    return new CheapStretch(at, false, maxKey);
  }

  /** The mirror image of {@link #onFrom}. */
  static CheapStretch backFrom(SegmentCursor at, byte[] maxKey) {
    return new CheapStretch(at, true, maxKey);
  }

  /**
   * Moves the cursor to its last unknown segment, not further than {@code last}.
   *
   * @return how many single cleared keys it passed, but not more than {@code most}
   */
  int skip(SegmentCursor last, int most) {
    for (int left = most + SEGMENTS_LOOKED_AT; left > 0 && goesOn(last); left--) {
      pass();
    }
    while (at.isUnreadable() || at.kind() != Kind.UNKNOWN) {
      step(!backward);
    }
    return Math.min(clears, most);
  }

  private boolean goesOn(SegmentCursor last) {
    return !at.isSameAs(last) && isCheap();
  }

  /** How many single cleared keys there are in all of it, but not more than {@code most}. */
  int count(int most) {
    while (clears < most && !isAtBorder() && isCheap()) {
      pass();
    }
    return clears;
  }

  private boolean isAtBorder() {
    return backward ? at.beginKey().length == 0 : Keys.compare(at.endKey(), maxKey) >= 0;
  }

  private boolean isCheap() {
    return !at.isUnreadable() && (at.kind() != Kind.EMPTY || isSingleKey());
  }

  private boolean isSingleKey() {
    return backward ? Keys.isAfter(edge, at.beginKey()) : Keys.isAfter(at.endKey(), edge);
  }

  private void pass() {
    if (at.kind() == Kind.EMPTY) {
      clears++;
    } else {
      edge = farBorder();
    }
    step(backward);
  }

  private byte[] farBorder() {
    return backward ? at.beginKey() : at.endKey();
  }

  private void step(boolean back) {
    if (back) {
      at.previous();
    } else {
      at.next();
    }
  }
}
