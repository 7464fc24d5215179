package io.github.grpconce.internal.operation;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.internal.store.Store;
import io.github.grpconce.internal.store.StoreError;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of an operation, of which there is one at a time: each has to be closed in the
 * end, and goes on under another handle after an error. Thread-safe.
 */
final class OpenTransaction {

  private final Store store;
  private volatile @Nullable Transaction handle;

  /** By the store's clock. */
  private volatile long begun;

  OpenTransaction(Store store) {
    this.store = store;
  }

  /** Begins another transaction, in the place of the one that is open, if any. */
  Transaction begin() {
    close();
    begun = store.now();
    return keep(store.begin());
  }

  /** Goes on after an error, when the store says so. */
  CompletableFuture<Transaction> goOn(Transaction failed, StoreError error) {
    return store.goOn(failed, error, begun).thenApply(this::keep);
  }

  private Transaction keep(Transaction fresh) {
    handle = fresh;
    return fresh;
  }

  /**
   * Closes what is open; may be called more than once. Closing ends what is pending, too.
   * Cancelling would throw if the handle was given up meanwhile, by another stage or by onError.
   */
  void close() {
    Transaction current = handle;
    if (current != null) {
      current.close();
    }
  }
}
