package io.github.grpconce.testing.internal.link;

import com.apple.foundationdb.Transaction;

/**
 * A transaction at the store's end. While a commit is on its way there it stays open, although its
 * process may have closed it. Thread-safe.
 */
public final class StoreEnd {

  private final Transaction transaction;
  private boolean inFlight;
  private boolean toBeClosed;

  public StoreEnd(Transaction transaction) {
    this.transaction = transaction;
  }

  public Transaction transaction() {
    return transaction;
  }

  /** A commit is on its way. */
  public synchronized void expectCommit() {
    inFlight = true;
  }

  /** Whether a commit may still take effect, whatever its process was told. */
  public synchronized boolean isCommitInFlight() {
    return inFlight;
  }

  /** From here on the store knows of the commit whether it takes effect. */
  public synchronized void settle() {
    inFlight = false;
    if (toBeClosed) {
      transaction.close();
    }
  }

  /** Cancels the transaction, unless that would come too late for a commit. */
  public synchronized void cancel() {
    if (!inFlight) {
      transaction.cancel();
    }
  }

  /** Closes the transaction, when no commit is on its way any more. */
  public synchronized void close() {
    toBeClosed = true;
    if (!inFlight) {
      transaction.close();
    }
  }
}
