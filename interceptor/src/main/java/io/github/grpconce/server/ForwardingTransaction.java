package io.github.grpconce.server;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyArrayResult;
import com.apple.foundationdb.KeyRangeArrayResult;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MappedKeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import com.apple.foundationdb.async.AsyncIterable;
import java.util.concurrent.CompletableFuture;

/** All that a transaction can do within itself, as another one does it. */
abstract class ForwardingTransaction implements Transaction {

  /** The one that does it; throws if it may not be used any more. */
  abstract Transaction delegate();

  @Override
  public void addReadConflictRange(byte[] begin, byte[] end) {
    delegate().addReadConflictRange(begin, end);
  }

  @Override
  public void addReadConflictKey(byte[] key) {
    delegate().addReadConflictKey(key);
  }

  @Override
  public void addWriteConflictRange(byte[] begin, byte[] end) {
    delegate().addWriteConflictRange(begin, end);
  }

  @Override
  public void addWriteConflictKey(byte[] key) {
    delegate().addWriteConflictKey(key);
  }

  @Override
  public void set(byte[] key, byte[] value) {
    delegate().set(key, value);
  }

  @Override
  public void clear(byte[] key) {
    delegate().clear(key);
  }

  @Override
  public void clear(byte[] begin, byte[] end) {
    delegate().clear(begin, end);
  }

  @Override
  public void clear(Range range) {
    delegate().clear(range);
  }

  @Override
  @Deprecated
  public void clearRangeStartsWith(byte[] prefix) {
    delegate().clearRangeStartsWith(prefix);
  }

  @Override
  public void mutate(MutationType type, byte[] key, byte[] operand) {
    delegate().mutate(type, key, operand);
  }

  @Override
  public Long getCommittedVersion() {
    return delegate().getCommittedVersion();
  }

  @Override
  public CompletableFuture<byte[]> getVersionstamp() {
    return delegate().getVersionstamp();
  }

  @Override
  public CompletableFuture<Long> getApproximateSize() {
    return delegate().getApproximateSize();
  }

  @Override
  public CompletableFuture<Void> watch(byte[] key) {
    return delegate().watch(key);
  }

  @Override
  public Database getDatabase() {
    return delegate().getDatabase();
  }

  @Override
  public boolean isSnapshot() {
    return delegate().isSnapshot();
  }

  @Override
  public ReadTransaction snapshot() {
    return delegate().snapshot();
  }

  @Override
  public CompletableFuture<Long> getReadVersion() {
    return delegate().getReadVersion();
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
    return delegate().get(key);
  }

  @Override
  public CompletableFuture<byte[]> getKey(KeySelector selector) {
    return delegate().getKey(selector);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end) {
    return delegate().getRange(begin, end);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end, int limit) {
    return delegate().getRange(begin, end, limit);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse) {
    return delegate().getRange(begin, end, limit, reverse);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    return delegate().getRange(begin, end, limit, reverse, mode);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end) {
    return delegate().getRange(begin, end);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit) {
    return delegate().getRange(begin, end, limit);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit, boolean reverse) {
    return delegate().getRange(begin, end, limit, reverse);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      byte[] begin, byte[] end, int limit, boolean reverse, StreamingMode mode) {
    return delegate().getRange(begin, end, limit, reverse, mode);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range) {
    return delegate().getRange(range);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit) {
    return delegate().getRange(range, limit);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit, boolean reverse) {
    return delegate().getRange(range, limit, reverse);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      Range range, int limit, boolean reverse, StreamingMode mode) {
    return delegate().getRange(range, limit, reverse, mode);
  }

  @Override
  public AsyncIterable<MappedKeyValue> getMappedRange(
      KeySelector begin,
      KeySelector end,
      byte[] mapper,
      int limit,
      boolean reverse,
      StreamingMode mode) {
    return delegate().getMappedRange(begin, end, mapper, limit, reverse, mode);
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(byte[] begin, byte[] end) {
    return delegate().getEstimatedRangeSizeBytes(begin, end);
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(Range range) {
    return delegate().getEstimatedRangeSizeBytes(range);
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(
      byte[] begin, byte[] end, long chunkSize) {
    return delegate().getRangeSplitPoints(begin, end, chunkSize);
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(Range range, long chunkSize) {
    return delegate().getRangeSplitPoints(range, chunkSize);
  }

  @Override
  public CompletableFuture<KeyRangeArrayResult> getBlobGranuleRanges(
      byte[] begin, byte[] end, int limit) {
    return delegate().getBlobGranuleRanges(begin, end, limit);
  }

  @Override
  public TransactionOptions options() {
    return delegate().options();
  }
}
