package io.github.grpconce.internal.handler;

import com.apple.foundationdb.KeyArrayResult;
import com.apple.foundationdb.KeyRangeArrayResult;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MappedKeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.TransactionOptions;
import com.apple.foundationdb.async.AsyncIterable;
import java.util.concurrent.CompletableFuture;

/** All that can be read in a transaction, as another one reads it. */
abstract class ForwardingReads implements ReadTransaction {

  /** The one that does it; throws if it may not be used any more. */
  abstract ReadTransaction delegate();

  /** What whoever reads is given of a future. */
  abstract <T> CompletableFuture<T> given(CompletableFuture<T> future);

  /** What whoever reads is given of a range. */
  abstract <T> AsyncIterable<T> given(AsyncIterable<T> range);

  @Override
  public boolean isSnapshot() {
    return delegate().isSnapshot();
  }

  @Override
  public CompletableFuture<Long> getReadVersion() {
    return given(delegate().getReadVersion());
  }

  @Override
  public void setReadVersion(long version) {
    delegate().setReadVersion(version);
  }

  @Override
  public boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end) {
    return delegate().addReadConflictRangeIfNotSnapshot(begin, end);
  }

  @Override
  public boolean addReadConflictKeyIfNotSnapshot(byte[] key) {
    return delegate().addReadConflictKeyIfNotSnapshot(key);
  }

  @Override
  public CompletableFuture<byte[]> get(byte[] key) {
    return given(delegate().get(key));
  }

  @Override
  public CompletableFuture<byte[]> getKey(KeySelector selector) {
    return given(delegate().getKey(selector));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end) {
    return given(delegate().getRange(begin, end));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end, int limit) {
    return given(delegate().getRange(begin, end, limit));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse) {
    return given(delegate().getRange(begin, end, limit, reverse));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    return given(delegate().getRange(begin, end, limit, reverse, mode));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end) {
    return given(delegate().getRange(begin, end));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit) {
    return given(delegate().getRange(begin, end, limit));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit, boolean reverse) {
    return given(delegate().getRange(begin, end, limit, reverse));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      byte[] begin, byte[] end, int limit, boolean reverse, StreamingMode mode) {
    return given(delegate().getRange(begin, end, limit, reverse, mode));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range) {
    return given(delegate().getRange(range));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit) {
    return given(delegate().getRange(range, limit));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit, boolean reverse) {
    return given(delegate().getRange(range, limit, reverse));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      Range range, int limit, boolean reverse, StreamingMode mode) {
    return given(delegate().getRange(range, limit, reverse, mode));
  }

  @Override
  public AsyncIterable<MappedKeyValue> getMappedRange(
      KeySelector begin,
      KeySelector end,
      byte[] mapper,
      int limit,
      boolean reverse,
      StreamingMode mode) {
    return given(delegate().getMappedRange(begin, end, mapper, limit, reverse, mode));
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(byte[] begin, byte[] end) {
    return given(delegate().getEstimatedRangeSizeBytes(begin, end));
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(Range range) {
    return given(delegate().getEstimatedRangeSizeBytes(range));
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(
      byte[] begin, byte[] end, long chunkSize) {
    return given(delegate().getRangeSplitPoints(begin, end, chunkSize));
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(Range range, long chunkSize) {
    return given(delegate().getRangeSplitPoints(range, chunkSize));
  }

  @Override
  public CompletableFuture<KeyRangeArrayResult> getBlobGranuleRanges(
      byte[] begin, byte[] end, int limit) {
    return given(delegate().getBlobGranuleRanges(begin, end, limit));
  }

  @Override
  public TransactionOptions options() {
    return delegate().options();
  }
}
