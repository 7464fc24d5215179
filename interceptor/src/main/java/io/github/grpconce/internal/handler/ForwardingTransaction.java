package io.github.grpconce.internal.handler;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import java.util.concurrent.CompletableFuture;

/** All that a transaction can do within itself, as another one does it. */
abstract class ForwardingTransaction extends ForwardingReads implements Transaction {

  @Override
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
    return given(delegate().getVersionstamp());
  }

  @Override
  public CompletableFuture<Long> getApproximateSize() {
    return given(delegate().getApproximateSize());
  }

  @Override
  public CompletableFuture<Void> watch(byte[] key) {
    return given(delegate().watch(key));
  }

  @Override
  public Database getDatabase() {
    return delegate().getDatabase();
  }
}
