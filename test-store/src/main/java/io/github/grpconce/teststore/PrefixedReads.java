package io.github.grpconce.teststore;

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
import com.apple.foundationdb.async.AsyncUtil;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Reads of a view: those of a transaction, or of its snapshot. As thread-safe as these are. */
class PrefixedReads implements ReadTransaction {

  private final ReadTransaction real;
  private final PrefixedKeys keys;
  private final VersionShift shift;

  PrefixedReads(ReadTransaction real, PrefixedKeys keys, VersionShift shift) {
    this.real = real;
    this.keys = keys;
    this.shift = shift;
  }

  @Override
  public boolean isSnapshot() {
    return real.isSnapshot();
  }

  @Override
  public ReadTransaction snapshot() {
    return isSnapshot() ? this : new PrefixedReads(real.snapshot(), keys, shift);
  }

  @Override
  public CompletableFuture<Long> getReadVersion() {
    return shift.seen(real.getReadVersion());
  }

  @Override
  public void setReadVersion(long version) {
    real.setReadVersion(shift.real(version));
  }

  @Override
  public boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end) {
    return real.addReadConflictRangeIfNotSnapshot(keys.realBound(begin), keys.realBound(end));
  }

  @Override
  public boolean addReadConflictKeyIfNotSnapshot(byte[] key) {
    return real.addReadConflictKeyIfNotSnapshot(keys.real(key));
  }

  @Override
  public CompletableFuture<byte[]> get(byte[] key) {
    return real.get(keys.real(key));
  }

  @Override
  public CompletableFuture<byte[]> getKey(KeySelector selector) {
    KeySelector asked = keys.real(selector);
    if (PrefixedKeys.isBeyondOrdinaryKeys(selector)) {
      return real.getKey(asked);
    }
    return look(asked)
        .thenCompose(
            found ->
                keys.isInView(found)
                    ? real.getKey(asked).thenApply(keys::seen)
                    : CompletableFuture.completedFuture(keys.seen(edge(asked, found))));
  }

  /**
   * Where a selector leads, without a conflict: it would be with others' keys if that is not in the
   * view.
   */
  private CompletableFuture<byte[]> look(KeySelector asked) {
    return real.snapshot().getKey(asked);
  }

  /** The end of the view at which a selector stops, with the conflict that the database adds. */
  private byte[] edge(KeySelector asked, byte[] found) {
    byte[] base = PrefixedKeys.base(asked);
    if (keys.isBeyond(found)) {
      real.addReadConflictRangeIfNotSnapshot(least(base, keys.end()), keys.end());
      return keys.end();
    }
    real.addReadConflictRangeIfNotSnapshot(keys.begin(), least(base, keys.end()));
    return keys.begin();
  }

  private static byte[] least(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other) <= 0 ? one : other;
  }

  /** A selector that leads to where the asked one leads, but not out of the view. */
  private CompletableFuture<KeySelector> bound(KeySelector selector) {
    KeySelector asked = keys.real(selector);
    if (staysInRange(selector)) {
      return CompletableFuture.completedFuture(asked);
    }
    return look(asked)
        .thenApply(
            found ->
                keys.isInView(found) ? asked : KeySelector.firstGreaterOrEqual(edge(asked, found)));
  }

  /** Whether a range that is bounded by this has no keys of others' in it. */
  private static boolean staysInRange(KeySelector selector) {
    return selector.getOffset() == 1 || PrefixedKeys.isBeyondOrdinaryKeys(selector);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    if (staysInRange(begin) && staysInRange(end)) {
      return realRange(keys.real(begin), keys.real(end), limit, reverse, mode);
    }
    return new LaterRange(
        () ->
            bound(begin)
                .thenCombine(bound(end), (from, to) -> realRange(from, to, limit, reverse, mode)));
  }

  private AsyncIterable<KeyValue> realRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    return new PrefixedRange(real.getRange(begin, end, limit, reverse, mode), keys);
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
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(byte[] begin, byte[] end) {
    return real.getEstimatedRangeSizeBytes(keys.realBound(begin), keys.realBound(end));
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(Range range) {
    return getEstimatedRangeSizeBytes(range.begin, range.end);
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(
      byte[] begin, byte[] end, long chunkSize) {
    return real.getRangeSplitPoints(keys.realBound(begin), keys.realBound(end), chunkSize)
        .thenApply(keys::seen);
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(Range range, long chunkSize) {
    return getRangeSplitPoints(range.begin, range.end, chunkSize);
  }

  @Override
  public TransactionOptions options() {
    return new TransactionOptions(new OrdinaryKeysOnly(real.options().getOptionConsumer()));
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

  @Override
  public Executor getExecutor() {
    return real.getExecutor();
  }

  @Override
  public AsyncIterable<MappedKeyValue> getMappedRange(
      KeySelector begin,
      KeySelector end,
      byte[] mapper,
      int limit,
      boolean reverse,
      StreamingMode mode) {
    throw new UnsupportedOperationException("mappers name keys of the whole database");
  }

  @Override
  public CompletableFuture<KeyRangeArrayResult> getBlobGranuleRanges(
      byte[] begin, byte[] end, int rowLimit) {
    throw new UnsupportedOperationException("blob granules belong to the whole database");
  }
}
