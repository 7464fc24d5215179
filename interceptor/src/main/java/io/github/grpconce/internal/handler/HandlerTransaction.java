package io.github.grpconce.internal.handler;

import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
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
public final class HandlerTransaction extends ForwardingTransaction {

  private static final String ANSWERED =
      "the call has been answered, and its transaction is the guard's now: read and write before"
          + " the response is completed";

  private final Transaction transaction;
  private final Continuations continuations;
  private final String over;
  private volatile boolean sealed;

  public HandlerTransaction(Transaction transaction, Continuations continuations) {
    this(transaction, continuations, ANSWERED);
  }

  /**
   * Makes a view.
   *
   * @param continuations of the futures that it gives
   * @param over what is said to a handler that uses it after it was sealed
   */
  public HandlerTransaction(Transaction transaction, Continuations continuations, String over) {
    this.transaction = transaction;
    this.continuations = continuations;
    this.over = over;
  }

  /** Ends the handler's use of the transaction. */
  public void seal() {
    sealed = true;
  }

  @Override
  Transaction delegate() {
    if (sealed) {
      throw new IllegalStateException(over);
    }
    return transaction;
  }

  @Override
  <T> CompletableFuture<T> given(CompletableFuture<T> future) {
    return continuations.of(future);
  }

  @Override
  <T> AsyncIterable<T> given(AsyncIterable<T> range) {
    return continuations.of(range);
  }

  @Override
  public ReadTransaction snapshot() {
    return new HandlerSnapshot(this, delegate().snapshot());
  }

  /** Known after the commit only, which the handler would wait for in vain. */
  @Override
  public CompletableFuture<byte[]> getVersionstamp() {
    return new VersionstampFuture<>(continuations, delegate().getVersionstamp()).follow();
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

  /** So that loops of asynchronous reads go on within the handler's context. */
  @Override
  public Executor getExecutor() {
    return continuations;
  }
}
