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
import com.apple.foundationdb.async.AsyncUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A handler's view of the transaction in which its effects and its outcome are committed together.
 *
 * <p>It refuses what is the guard's business: to commit, cancel, close, or begin again. Once the
 * handler has answered it refuses everything, because what would be written then is lost.
 */
final class HandlerTransaction implements Transaction {

  private static final String ANSWERED =
      "the call has been answered, and its transaction is the guard's now: read and write before"
          + " the response is completed";

  private final Transaction transaction;
  private final String over;
  private volatile boolean sealed;

  HandlerTransaction(Transaction transaction) {
    this(transaction, ANSWERED);
  }

  /**
   * Makes a view.
   *
   * @param over what is said to a handler that uses it after it was sealed
   */
  HandlerTransaction(Transaction transaction, String over) {
    this.transaction = transaction;
    this.over = over;
  }

  /** Ends the handler's use of the transaction. */
  void seal() {
    sealed = true;
  }

  private Transaction live() {
    if (sealed) {
      throw new IllegalStateException(over);
    }
    return transaction;
  }

  private static IllegalStateException refused(String what, String who) {
    return new IllegalStateException(
        "a guarded handler must not " + what + " its transaction: " + who);
  }

  @Override
  public CompletableFuture<Void> commit() {
    throw refused(
        "commit", "the guard does it, together with the outcome, when the call is closed");
  }

  @Override
  public void cancel() {
    throw refused("cancel", "fail the call, and the guard drops what was written");
  }

  @Override
  public void close() {
    throw refused("close", "the guard does it when the call is over");
  }

  @Override
  public CompletableFuture<Transaction> onError(Throwable error) {
    throw refused(
        "call onError of",
        "fail the call with the error as its cause, and the guard runs it again");
  }

  /** As everywhere in FoundationDB's API, a transaction runs a function in itself, once. */
  @Override
  public <T> T run(Function<? super Transaction, T> function) {
    return function.apply(this);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> function) {
    return AsyncUtil.applySafely(function, this);
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> function) {
    return function.apply(this);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> function) {
    return AsyncUtil.applySafely(function, this);
  }

  @Override
  public Executor getExecutor() {
    return transaction.getExecutor();
  }

  @Override
  public void addReadConflictRange(byte[] begin, byte[] end) {
    live().addReadConflictRange(begin, end);
  }

  @Override
  public void addReadConflictKey(byte[] key) {
    live().addReadConflictKey(key);
  }

  @Override
  public void addWriteConflictRange(byte[] begin, byte[] end) {
    live().addWriteConflictRange(begin, end);
  }

  @Override
  public void addWriteConflictKey(byte[] key) {
    live().addWriteConflictKey(key);
  }

  @Override
  public void set(byte[] key, byte[] value) {
    live().set(key, value);
  }

  @Override
  public void clear(byte[] key) {
    live().clear(key);
  }

  @Override
  public void clear(byte[] begin, byte[] end) {
    live().clear(begin, end);
  }

  @Override
  public void clear(Range range) {
    live().clear(range);
  }

  @Override
  @Deprecated
  public void clearRangeStartsWith(byte[] prefix) {
    live().clearRangeStartsWith(prefix);
  }

  @Override
  public void mutate(MutationType type, byte[] key, byte[] operand) {
    live().mutate(type, key, operand);
  }

  @Override
  public Long getCommittedVersion() {
    return live().getCommittedVersion();
  }

  @Override
  public CompletableFuture<byte[]> getVersionstamp() {
    return live().getVersionstamp();
  }

  @Override
  public CompletableFuture<Long> getApproximateSize() {
    return live().getApproximateSize();
  }

  @Override
  public CompletableFuture<Void> watch(byte[] key) {
    return live().watch(key);
  }

  @Override
  public Database getDatabase() {
    return live().getDatabase();
  }

  @Override
  public boolean isSnapshot() {
    return live().isSnapshot();
  }

  @Override
  public ReadTransaction snapshot() {
    return live().snapshot();
  }

  @Override
  public CompletableFuture<Long> getReadVersion() {
    return live().getReadVersion();
  }

  @Override
  public void setReadVersion(long version) {
    live().setReadVersion(version);
  }

  @Override
  public boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end) {
    return live().addReadConflictRangeIfNotSnapshot(begin, end);
  }

  @Override
  public boolean addReadConflictKeyIfNotSnapshot(byte[] key) {
    return live().addReadConflictKeyIfNotSnapshot(key);
  }

  @Override
  public CompletableFuture<byte[]> get(byte[] key) {
    return live().get(key);
  }

  @Override
  public CompletableFuture<byte[]> getKey(KeySelector selector) {
    return live().getKey(selector);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end) {
    return live().getRange(begin, end);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end, int limit) {
    return live().getRange(begin, end, limit);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse) {
    return live().getRange(begin, end, limit, reverse);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    return live().getRange(begin, end, limit, reverse, mode);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end) {
    return live().getRange(begin, end);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit) {
    return live().getRange(begin, end, limit);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit, boolean reverse) {
    return live().getRange(begin, end, limit, reverse);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      byte[] begin, byte[] end, int limit, boolean reverse, StreamingMode mode) {
    return live().getRange(begin, end, limit, reverse, mode);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range) {
    return live().getRange(range);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit) {
    return live().getRange(range, limit);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit, boolean reverse) {
    return live().getRange(range, limit, reverse);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      Range range, int limit, boolean reverse, StreamingMode mode) {
    return live().getRange(range, limit, reverse, mode);
  }

  @Override
  public AsyncIterable<MappedKeyValue> getMappedRange(
      KeySelector begin,
      KeySelector end,
      byte[] mapper,
      int limit,
      boolean reverse,
      StreamingMode mode) {
    return live().getMappedRange(begin, end, mapper, limit, reverse, mode);
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(byte[] begin, byte[] end) {
    return live().getEstimatedRangeSizeBytes(begin, end);
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(Range range) {
    return live().getEstimatedRangeSizeBytes(range);
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(
      byte[] begin, byte[] end, long chunkSize) {
    return live().getRangeSplitPoints(begin, end, chunkSize);
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(Range range, long chunkSize) {
    return live().getRangeSplitPoints(range, chunkSize);
  }

  @Override
  public CompletableFuture<KeyRangeArrayResult> getBlobGranuleRanges(
      byte[] begin, byte[] end, int limit) {
    return live().getBlobGranuleRanges(begin, end, limit);
  }

  @Override
  public TransactionOptions options() {
    return live().options();
  }
}
