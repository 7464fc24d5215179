package io.github.grpconce.teststore;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncUtil;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A view's transaction. As thread-safe as the database's. */
final class PrefixedTransaction extends PrefixedReads implements Transaction {

  private final PrefixedDatabase database;
  private final Transaction real;
  private final PrefixedKeys keys;
  private final VersionShift shift;

  PrefixedTransaction(
      PrefixedDatabase database, Transaction real, PrefixedKeys keys, VersionShift shift) {
    super(real, keys, shift);
    this.database = database;
    this.real = real;
    this.keys = keys;
    this.shift = shift;
  }

  @Override
  public void addReadConflictRange(byte[] begin, byte[] end) {
    real.addReadConflictRange(keys.realBound(begin), keys.realBound(end));
  }

  @Override
  public void addReadConflictKey(byte[] key) {
    real.addReadConflictKey(keys.real(key));
  }

  @Override
  public void addWriteConflictRange(byte[] begin, byte[] end) {
    real.addWriteConflictRange(keys.realBound(begin), keys.realBound(end));
  }

  @Override
  public void addWriteConflictKey(byte[] key) {
    real.addWriteConflictKey(keys.real(key));
  }

  @Override
  public void set(byte[] key, byte[] value) {
    real.set(keys.real(key), value);
  }

  @Override
  public void clear(byte[] key) {
    real.clear(keys.real(key));
  }

  @Override
  public void clear(byte[] begin, byte[] end) {
    real.clear(keys.realBound(begin), keys.realBound(end));
  }

  @Override
  public void clear(Range range) {
    clear(range.begin, range.end);
  }

  @Override
  @Deprecated
  public void clearRangeStartsWith(byte[] prefix) {
    Range range = Range.startsWith(prefix);
    clear(range.begin, range.end);
  }

  @Override
  public void mutate(MutationType type, byte[] key, byte[] parameter) {
    boolean stamped = type == MutationType.SET_VERSIONSTAMPED_KEY;
    real.mutate(type, stamped ? keys.realStamped(key) : keys.real(key), parameter);
  }

  @Override
  public CompletableFuture<Void> commit() {
    return real.commit();
  }

  @Override
  public Long getCommittedVersion() {
    return shift.seenCommitted(real.getCommittedVersion());
  }

  @Override
  public CompletableFuture<byte[]> getVersionstamp() {
    return real.getVersionstamp();
  }

  @Override
  public CompletableFuture<Long> getApproximateSize() {
    return real.getApproximateSize();
  }

  @Override
  public CompletableFuture<Transaction> onError(Throwable error) {
    return real.onError(error).thenApply(database::view);
  }

  @Override
  public void cancel() {
    real.cancel();
  }

  @Override
  public CompletableFuture<Void> watch(byte[] key) {
    return real.watch(keys.real(key));
  }

  @Override
  public Database getDatabase() {
    return database;
  }

  @Override
  public <T> T run(Function<? super Transaction, T> retryable) {
    return retryable.apply(this);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> retryable) {
    return AsyncUtil.applySafely(retryable, this);
  }

  @Override
  public void close() {
    real.close();
  }
}
