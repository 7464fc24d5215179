package io.github.grpconce.internal.handler;

import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** A handler's view of its transaction whose reads conflict with nothing; over when that is. */
public final class HandlerSnapshot extends ForwardingReads {

  private final HandlerTransaction transaction;
  private final ReadTransaction snapshot;

  HandlerSnapshot(HandlerTransaction transaction, ReadTransaction snapshot) {
    this.transaction = transaction;
    this.snapshot = snapshot;
  }

  @Override
  public ReadTransaction delegate() {
    transaction.delegate();
    return snapshot;
  }

  @Override
  <T> CompletableFuture<T> given(CompletableFuture<T> future) {
    return transaction.given(future);
  }

  @Override
  <T> AsyncIterable<T> given(AsyncIterable<T> range) {
    return transaction.given(range);
  }

  @Override
  public ReadTransaction snapshot() {
    return this;
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
}
