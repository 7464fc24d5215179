package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.KeyArrayResult;
import com.apple.foundationdb.KeyRangeArrayResult;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MappedKeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncUtil;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.ryw.ReadYourWrites;
import io.github.grpconce.embedded.internal.transaction.TransactionCore;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The reads that a transaction and its snapshot view have in common. */
abstract class EmbeddedReads implements ReadTransaction {
  /**
   * The transaction.
   *
   * @throws IllegalStateException if this handle is no longer valid
   */
  abstract TransactionCore core();

  /** The transaction whose reads these are. */
  abstract EmbeddedTransaction transaction();

  @Override
  public CompletableFuture<Long> getReadVersion() {
    return core().readVersion();
  }

  @Override
  public void setReadVersion(long version) {
    core().setReadVersion(version);
  }

  @Override
  public CompletableFuture<byte[]> get(byte[] key) {
    Keys.checkNotSpecial(key);
    byte[] ownKey = key.clone();
    return core().read(ryw -> copy(ryw.get(ownKey, isSnapshot())));
  }

  /** For the caller, who may do with it what he likes. */
  @SuppressWarnings("NullAway") // FoundationDB's interface says null for an absent key
  private static byte[] copy(byte @Nullable [] value) {
    return value == null ? null : value.clone();
  }

  @Override
  public CompletableFuture<byte[]> getKey(KeySelector selector) {
    return core().read(ryw -> ryw.getKey(selector, isSnapshot()).clone());
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    Keys.checkNotSpecial(begin.getKey());
    return new RangeQuery(this, begin, end, limit, reverse, mode);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse) {
    return getRange(begin, end, limit, reverse, StreamingMode.ITERATOR);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end, int limit) {
    return getRange(begin, end, limit, false);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end) {
    return getRange(begin, end, ROW_LIMIT_UNLIMITED);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      byte[] begin, byte[] end, int limit, boolean reverse, StreamingMode mode) {
    return getRange(
        KeySelector.firstGreaterOrEqual(begin),
        KeySelector.firstGreaterOrEqual(end),
        limit,
        reverse,
        mode);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit, boolean reverse) {
    return getRange(begin, end, limit, reverse, StreamingMode.ITERATOR);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit) {
    return getRange(begin, end, limit, false);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end) {
    return getRange(begin, end, ROW_LIMIT_UNLIMITED);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      Range range, int limit, boolean reverse, StreamingMode mode) {
    return getRange(range.begin, range.end, limit, reverse, mode);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit, boolean reverse) {
    return getRange(range, limit, reverse, StreamingMode.ITERATOR);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit) {
    return getRange(range, limit, false);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range) {
    return getRange(range, ROW_LIMIT_UNLIMITED);
  }

  @Override
  public AsyncIterable<MappedKeyValue> getMappedRange(
      KeySelector begin,
      KeySelector end,
      byte[] mapper,
      int limit,
      boolean reverse,
      StreamingMode mode) {
    throw new UnsupportedOperationException(
        "getMappedRange is not supported by the embedded engine: read the index with getRange and"
            + " then each record with get");
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(byte[] begin, byte[] end) {
    return measure(begin, end, ReadYourWrites::rangeSize);
  }

  private <T> CompletableFuture<T> measure(
      byte[] begin, byte[] end, BiFunction<ReadYourWrites, KeyRange, T> operation) {
    TransactionCore valid = core();
    KeyRange range = new KeyRange(begin.clone(), end.clone());
    return range.isInverted()
        ? valid.futures().failed(FdbError.INVERTED_RANGE.exception())
        : valid.measure(ryw -> operation.apply(ryw, range));
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(Range range) {
    return getEstimatedRangeSizeBytes(range.begin, range.end);
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(
      byte[] begin, byte[] end, long chunkSize) {
    return measure(begin, end, (ryw, range) -> ryw.splitPoints(range, chunkSize));
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(Range range, long chunkSize) {
    return getRangeSplitPoints(range.begin, range.end, chunkSize);
  }

  @Override
  public CompletableFuture<KeyRangeArrayResult> getBlobGranuleRanges(
      byte[] begin, byte[] end, int limit) {
    throw new UnsupportedOperationException(
        "blob granules are not supported by the embedded engine: read the range with getRange");
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> retryable) {
    return retryable.apply(this);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> retryable) {
    return AsyncUtil.applySafely(retryable, this);
  }
}
