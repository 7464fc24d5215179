package io.github.grpconce.embedded.internal.range;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import org.jspecify.annotations.Nullable;

/**
 * A position among the segments into which a transaction's knowledge cuts the key space: single
 * keys with a value, ranges without any key, and ranges of which nothing is known.
 */
public interface SegmentCursor {
  /** What is known of a segment. */
  enum Kind {
    UNKNOWN,
    EMPTY,
    KEY_VALUE
  }

  /**
   * What is known here.
   *
   * @throws EmbeddedException 1036 if this segment cannot be read before the commit
   */
  Kind kind();

  /** Whether this segment's content depends on the commit's versionstamp. */
  boolean isUnreadable();

  byte[] beginKey();

  byte[] endKey();

  /**
   * The row here, null if an operation turned out to remove it. Only for {@link Kind#KEY_VALUE}.
   */
  @Nullable KeyValue row();

  void next();

  void previous();

  /** Moves to the segment that contains the key. */
  void skip(byte[] key);

  SegmentCursor copy();

  boolean isSameAs(SegmentCursor other);

  /** Whether the segment can be read and its content is known. */
  default boolean isKnown() {
    return !isUnreadable() && kind() != Kind.UNKNOWN;
  }
}
