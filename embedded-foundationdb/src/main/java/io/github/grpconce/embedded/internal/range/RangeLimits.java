package io.github.grpconce.embedded.internal.range;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;

/** How much of a range may still be read: FoundationDB's {@code GetRangeLimits}. */
public final class RangeLimits {
  static final int UNLIMITED = -1;

  /** The most bytes that one reply carries. */
  private static final int REPLY_BYTE_LIMIT = 80_000;

  private static final int ROW_OVERHEAD_BYTES = 8;

  /**
   * Bytes for the iterations of {@link StreamingMode#ITERATOR}, each one and a half times the last.
   */
  private static final int[] ITERATOR_BYTES = {
    4096, 6144, 9216, 13_824, 20_736, 31_104, 46_656, 69_984, 80_000, 120_000
  };

  private static final int SMALL_BYTES = 256;
  private static final int MEDIUM_BYTES = 1000;
  private static final int LARGE_BYTES = 4096;
  private static final int MOST_DOUBLINGS = 20;

  int rows;
  int minRows;
  int bytes;

  RangeLimits(int rows, int minRows, int bytes) {
    this.rows = rows;
    this.minRows = minRows;
    this.bytes = bytes;
  }

  /**
   * The limits of one chunk.
   *
   * @param rows 0 for no limit; {@link #UNLIMITED} is none either
   * @param iteration counts from 1
   * @throws EmbeddedException 2210
   */
  public static RangeLimits of(int rows, StreamingMode mode, int iteration) {
    int limit = rows == 0 ? UNLIMITED : rows;
    if (limit == UNLIMITED && mode == StreamingMode.EXACT) {
      throw FdbError.EXACT_MODE_WITHOUT_LIMITS.exception();
    }
    return new RangeLimits(limit, 1, bytes(mode, iteration));
  }

  private static int bytes(StreamingMode mode, int iteration) {
    return switch (mode) {
      case EXACT -> UNLIMITED;
      case SMALL -> SMALL_BYTES;
      case MEDIUM -> MEDIUM_BYTES;
      case LARGE -> LARGE_BYTES;
      case SERIAL, WANT_ALL -> REPLY_BYTE_LIMIT;
      case ITERATOR -> ITERATOR_BYTES[Math.min(iteration, ITERATOR_BYTES.length) - 1];
    };
  }

  public RangeLimits copy() {
    return new RangeLimits(rows, minRows, bytes);
  }

  public boolean isValid() {
    return rows >= UNLIMITED;
  }

  boolean hasRows() {
    return rows != UNLIMITED;
  }

  boolean hasBytes() {
    return bytes != UNLIMITED;
  }

  /** The most bytes that the storage may answer in one reply. */
  public int replyBytes() {
    return bytes > 0 ? Math.min(bytes, REPLY_BYTE_LIMIT) : REPLY_BYTE_LIMIT;
  }

  public boolean isReached() {
    return rows == 0 || (bytes == 0 && minRows == 0);
  }

  public boolean hasSatisfiedMinRows() {
    return hasBytes() && minRows == 0;
  }

  public void take(KeyValue row) {
    minRows = Math.max(0, minRows - 1);
    if (hasRows()) {
      rows--;
    }
    if (hasBytes()) {
      int size = ROW_OVERHEAD_BYTES + row.getKey().length + row.getValue().length;
      bytes = Math.max(0, bytes - size);
    }
  }

  /** Rows that count and that nobody gets; fewer than a request asks for. */
  public void takeUnseen(long unseen) {
    minRows = (int) Math.max(0, minRows - unseen);
    if (hasRows()) {
      rows = (int) Math.max(0, rows - unseen);
    }
  }

  /**
   * The limits for a request to the storage, which reads ahead the more the more requests came
   * before.
   */
  RangeLimits forRequest(long additionalRows, int offset, int requestCount) {
    RangeLimits request = copy();
    request.minRows = atMostInt(Math.max(1 + additionalRows, offset));
    int enough = atMostInt(Math.max(Math.max(1, rows) + additionalRows, offset));
    if (hasRows()) {
      request.rows = enough;
    }
    if (bytes == 0) {
      request.bytes = UNLIMITED;
      if (!hasRows()) {
        request.rows = enough;
      }
    } else if (hasBytes()) {
      long more = (long) bytes << Math.min(requestCount, MOST_DOUBLINGS);
      request.bytes = (int) Math.min(more, REPLY_BYTE_LIMIT);
    }
    return request;
  }

  private static int atMostInt(long rows) {
    return (int) Math.min(rows, Integer.MAX_VALUE);
  }
}
