package io.github.grpconce.internal.store;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Where transactions begin, and how long each may wait for the store.
 *
 * <p>Their limits are the library's own, whatever the application has set for all transactions of
 * its database: a limit of retries, above all, would make a failure of what the next try cures.
 *
 * @param timeout for all that a transaction waits for, its commit included
 */
public record Store(Database database, Duration timeout) {

  private static final int WITHOUT_LIMIT = -1;

  /**
   * Begins a transaction.
   *
   * @throws FDBException with {@link StoreError#CLOSED} if the database is closed
   */
  public Transaction begin() {
    return limited(created());
  }

  /** Who has a database has an open one, so this is the only complaint that creating has. */
  private Transaction created() {
    try {
      return database.createTransaction();
    } catch (IllegalStateException e) {
      FDBException closed = new FDBException("the database is closed", StoreError.CLOSED);
      closed.initCause(e);
      throw closed;
    }
  }

  /**
   * Goes on after an error, if FoundationDB lets it, under another handle. Who had the transaction
   * may have limited its retries.
   */
  public CompletableFuture<Transaction> goOn(Transaction failed, StoreError error) {
    limit(failed, timeout);
    return failed.onError(error.exception()).thenApply(this::limited);
  }

  /** After an error, too: what becomes of its limits then depends on the API's version. */
  private Transaction limited(Transaction fresh) {
    limit(fresh, timeout);
    return fresh;
  }

  /** Gives a transaction that was begun elsewhere the library's own limits. */
  public static void limit(ReadTransaction transaction, Duration timeout) {
    transaction.options().setTimeout(timeout.toMillis());
    transaction.options().setRetryLimit(WITHOUT_LIMIT);
  }
}
