package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.async.AsyncIterator;
import io.github.grpconce.embedded.internal.range.RangeResult;
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

  /** A chunk that has come before the present one was used up. */
  private List<KeyValue> nextChunk = List.of();

  /** Whether no chunk follows the newest. */
  private boolean isLast;

  /** Whether the chunk that was asked for last has any rows, once it has come. */
  private CompletableFuture<Boolean> arrival;

  private byte @Nullable [] lastKey;
  private boolean cancelled;

  RangeIterator(RangeQuery query, StreamingMode mode) {
    this.query = query;
    this.mode = mode;
    this.begin = query.begin();
    this.end = query.end();
    this.rowsRemaining = query.limit();
    this.arrival = query.futures().pending();
    fetch(arrival);
  }

  private void fetch(CompletableFuture<Boolean> promise) {
    var unused =
        query
            .chunk(begin, end, rowsRemaining, mode, ++iteration)
            .whenComplete((result, failure) -> arrived(result, failure, promise));
  }

  private void arrived(
      @Nullable RangeResult result,
      @Nullable Throwable failure,
      CompletableFuture<Boolean> promise) {
    if (failure != null) {
      promise.completeExceptionally(failure);
    } else {
      promise.complete(result != null && take(result));
    }
  }

  private synchronized boolean take(RangeResult result) {
    if (result.isEmpty()) {
      return false;
    }
    byte[] last = result.lastKey();
    if (query.isReverse()) {
      end = KeySelector.firstGreaterOrEqual(last);
    } else {
      begin = KeySelector.firstGreaterThan(last);
    }
    if (query.limit() != 0) {
      rowsRemaining -= result.rows().size();
    }
    isLast = !result.more() || (query.limit() != 0 && rowsRemaining < 1);
    nextChunk = result.rows();
    goOn();
    return true;
  }

  /** From a chunk that is used up to the next, if that has come. */
  private void goOn() {
    if (index == chunk.size()) {
      chunk = nextChunk;
      index = 0;
      nextChunk = List.of();
    }
  }

  @Override
  public synchronized CompletableFuture<Boolean> onHasNext() {
    if (cancelled) {
      throw new CancellationException();
    }
    if (index < chunk.size()) {
      return CompletableFuture.completedFuture(true);
    }
    return isLast ? CompletableFuture.completedFuture(false) : arrival;
  }

  @Override
  public boolean hasNext() {
    return onHasNext().join();
  }

  @Override
  public KeyValue next() {
    while (hasNext()) {
      KeyValue row = poll();
      if (row != null) {
        return row;
      }
    }
    throw new NoSuchElementException();
  }

  /** The next row of those that have come; null if another caller has taken the last. */
  private synchronized @Nullable KeyValue poll() {
    if (index == chunk.size()) {
      return null;
    }
    boolean isFirst = index == 0;
    KeyValue row = chunk.get(index++);
    lastKey = row.getKey();
    goOn();
    if (isFirst && !isLast && !cancelled) {
      arrival = query.futures().pending();
      fetch(arrival);
    }
    return RangeResult.copy(row);
  }

  @Override
  public synchronized void remove() {
    if (lastKey == null) {
      throw new IllegalStateException("No value has been fetched from database");
    }
    query.clear(lastKey);
  }

  @Override
  public void cancel() {
    CompletableFuture<Boolean> waited;
    synchronized (this) {
      cancelled = true;
      waited = arrival;
    }
    waited.cancel(true);
  }
}
