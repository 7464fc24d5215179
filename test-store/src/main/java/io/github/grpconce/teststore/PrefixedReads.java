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
  private final TransactionOptions options;
  private final ReadTransaction snapshot;

  PrefixedReads(ReadTransaction real, PrefixedKeys keys, VersionShift shift) {
    this(
        real,
        keys,
        shift,
        new TransactionOptions(new OrdinaryKeysOnly(real.options().getOptionConsumer())));
  }

  private PrefixedReads(
      ReadTransaction real, PrefixedKeys keys, VersionShift shift, TransactionOptions options) {
    this.real = real;
    this.keys = keys;
    this.shift = shift;
    this.options = options;
    this.snapshot =
        real.isSnapshot() ? this : new PrefixedReads(real.snapshot(), keys, shift, options);
  }

  @Override
  public boolean isSnapshot() {
    return real.isSnapshot();
  }

  @Override
  public ReadTransaction snapshot() {
    return snapshot;
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
                    : CompletableFuture.completedFuture(keys.seen(edgeRead(asked, found))));
  }

  /**
   * Where a selector leads, without a conflict: it would be with others' keys if that is not in the
   * view.
   */
  private CompletableFuture<byte[]> look(KeySelector asked) {
    return real.snapshot().getKey(asked);
  }

  /** The end of the view at which a key's selector stops, with the conflict that belongs to it. */
  private byte[] edgeRead(KeySelector asked, byte[] found) {
    byte[] base = PrefixedKeys.base(asked);
    byte[] edge = keys.edge(found);
    if (Arrays.equals(edge, keys.begin())) {
      addConflict(edge, base);
    } else {
      addConflict(base, edge);
    }
    return edge;
  }

  private void addConflict(byte[] begin, byte[] end) {
    if (Arrays.compareUnsigned(begin, end) < 0) {
      real.addReadConflictRangeIfNotSnapshot(begin, end);
    }
  }

  /** A selector that leads to where a range's end was asked to be, but not out of the view. */
  private CompletableFuture<KeySelector> bound(KeySelector selector, boolean begins) {
    KeySelector asked = keys.real(selector);
    if (staysInRange(selector)) {
      return CompletableFuture.completedFuture(asked);
    }
    return look(asked)
        .thenApply(
            found -> {
              if (keys.isInView(found)) {
                return asked;
              }
              boolean empty = begins && Arrays.equals(keys.edge(found), keys.end());
              return KeySelector.firstGreaterOrEqual(empty ? keys.end() : edgeRead(asked, found));
            });
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
            bound(begin, true)
                .thenCombine(
                    bound(end, false),
                    (from, to) -> {
                      if (Arrays.equals(from.getKey(), keys.end())) {
                        // Empty, and so no further than it was asked to be.
                        addConflict(
                            PrefixedKeys.base(keys.real(begin)), PrefixedKeys.base(keys.real(end)));
                      }
                      return realRange(from, to, limit, reverse, mode);
                    }));
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
    return options;
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
