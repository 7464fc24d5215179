package io.github.grpconce.internal.store;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Where transactions begin, and how long each may wait for the store.
 *
 * <p>Their limits are the library's own, whatever the application has set for all transactions of
 * its database: a limit of retries, above all, would make a failure of what the next try cures.
 *
 * @param timeout for all that a transaction waits for, its commit included
 * @param nanoTime by which it is known how old transactions are
 */
public record Store(Database database, Duration timeout, LongSupplier nanoTime) {

  /** FoundationDB's own: no transaction that has read can commit when it is older. */
  public static final Duration TRANSACTION_LIFE = Duration.ofSeconds(5);

  private static final int WITHOUT_LIMIT = -1;

  public Store(Database database, Duration timeout) {
    this(database, timeout, System::nanoTime);
  }

  /**
   * Begins a transaction.
   *
   * @throws FDBException with {@link StoreError#CLOSED} if the database is closed
   */
  public Transaction begin() {
    return limited(created(), timeout);
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

  /** Returns now, as {@link #goOn(Transaction, StoreError, long)} wants to know the beginning. */
  public long now() {
    return nanoTime.getAsLong();
  }

  /**
   * Goes on after an error, if FoundationDB lets it, under another handle; with what is left of the
   * timeout.
   */
  public CompletableFuture<Transaction> goOn(Transaction failed, StoreError error) {
    return goOn(failed, error, timeout);
  }

  /**
   * Goes on in the same way, with the whole timeout once more: what it was tried for before is
   * nobody's fault. FoundationDB counts from the beginning.
   *
   * @param begun when it was begun
   */
  public CompletableFuture<Transaction> goOn(Transaction failed, StoreError error, long begun) {
    return goOn(failed, error, timeout.plusNanos(Math.max(0, now() - begun)));
  }

  /** Who had the transaction may have limited its retries. */
  private static CompletableFuture<Transaction> goOn(
      Transaction failed, StoreError error, Duration timeout) {
    return limited(failed, timeout)
        .onError(error.exception())
        .thenApply(fresh -> limited(fresh, timeout));
  }

  /** After an error, too: what becomes of its limits then depends on the API's version. */
  private static Transaction limited(Transaction fresh, Duration timeout) {
    limit(fresh, timeout);
    return fresh;
  }

  /** Gives a transaction that was begun elsewhere the library's own limits. */
  public static void limit(ReadTransaction transaction, Duration timeout) {
    transaction.options().setTimeout(timeout.toMillis());
    transaction.options().setRetryLimit(WITHOUT_LIMIT);
  }
}
