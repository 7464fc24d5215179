package io.github.grpconce.embedded;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.async.AsyncIterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a range in chunks. The first chunk is read at once and each next one when the chunk
 * before it is begun, as FoundationDB's Java binding does: conflict ranges depend on it.
 * Thread-safe.
 */
final class RangeIterator implements AsyncIterator<KeyValue> {
  private final RangeQuery query;
  private final StreamingMode mode;
  private KeySelector begin;
  private KeySelector end;
  private int rowsRemaining;
  private int iteration;
  private List<KeyValue> chunk = List.of();
  private int index;

  /** Whether no chunk follows the present one. */
  private boolean lastChunk;

  /** The chunk behind the present one; null if it is not asked for yet. */
  private @Nullable CompletableFuture<RangeResult> nextChunk;

  private byte @Nullable [] lastKey;
  private boolean cancelled;

  RangeIterator(RangeQuery query, StreamingMode mode) {
    this.query = query;
    this.mode = mode;
    this.begin = query.begin();
    this.end = query.end();
    this.rowsRemaining = query.limit();
    fetch();
  }

  private void fetch() {
    nextChunk = query.chunk(begin, end, rowsRemaining, mode, ++iteration);
  }

  @Override
  public synchronized CompletableFuture<Boolean> onHasNext() {
    if (cancelled) {
      throw new CancellationException();
    }
    if (index < chunk.size()) {
      return CompletableFuture.completedFuture(true);
    }
    if (nextChunk == null) {
      return CompletableFuture.completedFuture(false);
    }
    return nextChunk.thenApply(this::take);
  }

  /** Goes on to the chunk, unless another caller has done so. */
  private synchronized boolean take(RangeResult result) {
    if (index < chunk.size()) {
      return true;
    }
    if (nextChunk == null) {
      return false;
    }
    nextChunk = null;
    chunk = result.rows();
    index = 0;
    if (chunk.isEmpty()) {
      lastChunk = true;
      return false;
    }
    byte[] last = result.lastKey();
    if (query.isReverse()) {
      end = KeySelector.firstGreaterOrEqual(last);
    } else {
      begin = KeySelector.firstGreaterThan(last);
    }
    if (query.limit() != 0) {
      rowsRemaining -= chunk.size();
    }
    lastChunk = !result.more() || (query.limit() != 0 && rowsRemaining < 1);
    return true;
  }

  @Override
  public boolean hasNext() {
    return onHasNext().join();
  }

  @Override
  public KeyValue next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    synchronized (this) {
      if (index == 0 && !lastChunk) {
        fetch();
      }
      KeyValue row = chunk.get(index++);
      lastKey = row.getKey();
      return RangeResult.copy(row);
    }
  }

  @Override
  public synchronized void remove() {
    if (lastKey == null) {
      throw new IllegalStateException("No value has been fetched from database");
    }
    query.clear(lastKey);
  }

  @Override
  public synchronized void cancel() {
    cancelled = true;
  }
}
