package io.github.grpconce.internal.store;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import java.time.Duration;

/**
 * Where transactions begin, and how long each may wait for the store.
 *
 * @param timeout for all that a transaction waits for, its commit included
 */
public record Store(Database database, Duration timeout) {

  /** Begins a transaction. */
  public Transaction begin() {
    return limited(database.createTransaction());
  }

  /**
   * Gives a transaction its timeout. After an error it needs another: what becomes of the first one
   * depends on the API's version.
   */
  public Transaction limited(Transaction fresh) {
    fresh.options().setTimeout(timeout.toMillis());
    return fresh;
  }
}
