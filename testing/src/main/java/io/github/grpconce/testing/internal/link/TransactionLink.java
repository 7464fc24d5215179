package io.github.grpconce.testing.internal.link;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** What passes between a process and the store about one transaction. */
public interface TransactionLink {

  /** Returns the transaction at the other end. */
  Transaction transaction();

  /** Returns where its futures complete in the process. */
  Executor executor();

  /** Returns its options, as the process can set them. */
  TransactionOptions options();

  /**
   * Has the store answer.
   *
   * @param there asks it
   */
  <T> CompletableFuture<T> read(Question what, Supplier<CompletableFuture<T>> there);

  /** Has the store answer in its own time, as it does when more of a range has arrived. */
  <T> CompletableFuture<T> await(CompletableFuture<T> there);

  /** Has the store tell of a change in its own time. */
  CompletableFuture<Void> watch(CompletableFuture<Void> there);

  /** Takes note of something written: it is buffered, so that nothing passes. */
  default void wrote(Question what) {}

  /** Sends the commit. */
  CompletableFuture<Void> commit();

  /**
   * Has the store say whether the transaction can begin anew.
   *
   * @param handle makes of the new one's link what the process gets
   */
  CompletableFuture<Transaction> onError(
      Throwable error, Function<TransactionLink, Transaction> handle);

  /** Ends the transaction for its process. */
  void cancel();

  /** The same, and gives back what it holds. */
  void close();
}
