package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncIterator;
import com.apple.foundationdb.async.AsyncUtil;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.range.RangeLimits;
import io.github.grpconce.embedded.internal.range.RangeResult;
import io.github.grpconce.embedded.internal.runtime.UserFutures;
import io.github.grpconce.embedded.internal.transaction.TransactionCore;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A range read that begins when it is iterated or collected, and can be so more than once. */
final class RangeQuery implements AsyncIterable<KeyValue> {
  private final EmbeddedReads reads;
  private final KeySelector begin;
  private final KeySelector end;
  private final int limit;
  private final boolean reverse;
  private final StreamingMode mode;

  RangeQuery(
      EmbeddedReads reads,
      KeySelector begin,
      KeySelector end,
      int limit,
      boolean reverse,
      StreamingMode mode) {
    this.reads = reads;
    this.begin = begin;
    this.end = end;
    this.limit = limit;
    this.reverse = reverse;
    this.mode = mode;
  }

  @Override
  public AsyncIterator<KeyValue> iterator() {
    return new RangeIterator(this, mode);
  }

  @Override
  public CompletableFuture<List<KeyValue>> asList() {
    StreamingMode collecting = mode;
    if (mode == StreamingMode.ITERATOR) {
      collecting = limit == 0 ? StreamingMode.WANT_ALL : StreamingMode.EXACT;
    }
    if (collecting == StreamingMode.EXACT) {
      return chunk(begin, end, limit, collecting, 1).thenApply(RangeResult::copiedRows);
    }
    CompletableFuture<List<KeyValue>> all = futures().pending();
    var unused =
        AsyncUtil.collectRemaining(new RangeIterator(this, collecting), reads.getExecutor())
            .whenComplete(
                (rows, failure) -> {
                  if (failure == null) {
                    all.complete(rows);
                  } else {
                    all.completeExceptionally(failure);
                  }
                });
    return all;
  }

  CompletableFuture<RangeResult> chunk(
      KeySelector from, KeySelector to, int rows, StreamingMode how, int iteration) {
    TransactionCore core = reads.core(); // a closed one says so before anything else is said
    RangeLimits limits;
    try {
      limits = RangeLimits.of(rows, how, iteration);
    } catch (EmbeddedException refusal) {
      return core.futures().failed(refusal);
    }
    boolean snapshot = reads.isSnapshot();
    return core.read(ryw -> ryw.getRange(from, to, limits, snapshot, reverse));
  }

  UserFutures futures() {
    return reads.core().futures();
  }

  KeySelector begin() {
    return begin;
  }

  KeySelector end() {
    return end;
  }

  int limit() {
    return limit;
  }

  boolean isReverse() {
    return reverse;
  }

  /** Also for a snapshot's: it is the transaction that writes. */
  void clear(byte[] key) {
    reads.transaction().clear(key);
  }
}
