package io.github.grpconce.internal.steps;

import com.apple.foundationdb.FDBException;
import io.github.grpconce.internal.store.Store;
import io.github.grpconce.internal.store.StoreError;

/** How long a step's function took at the last try. Thread-safe. */
final class StepTime {

  private volatile long nanos;

  /** Another try begins, which may fail before its function is run. */
  void forget() {
    nanos = 0;
  }

  void took(long theNanos) {
    nanos = theNanos;
  }

  /**
   * Returns what a step has failed with: a timeout of the store is the function's fault if that
   * took longer than a transaction may live. The store counts the function's time as well as its
   * own.
   */
  Throwable blamed(Throwable failure) {
    boolean timeout = StoreError.causing(failure).map(StoreError::isTimeout).orElse(false);
    return timeout && nanos > Store.TRANSACTION_LIFE.toNanos() ? tooOld(failure) : failure;
  }

  private static FDBException tooOld(Throwable timeout) {
    FDBException tooOld =
        new FDBException(
            "a step's function took longer than a FoundationDB transaction may live",
            StoreError.TOO_OLD);
    tooOld.initCause(timeout);
    return tooOld;
  }
}
