package io.github.grpconce.internal.store;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A sweeper's transactions: each is small, may be committed more than once, and is retried by
 * FoundationDB's own loop, with its back-off. Thread-safe.
 */
public final class SweeperTransactions {

  /** For all retries together: an unreachable cluster would be waited for without end. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Database database;
  private final Executor executor;
  private volatile boolean closed;

  public SweeperTransactions(Database database, Executor executor) {
    this.database = database;
    this.executor = executor;
  }

  /** Runs work, which may be run several times, and commits it. */
  public <T> CompletableFuture<T> run(Function<Transaction, CompletableFuture<T>> work) {
    if (closed) {
      return CompletableFuture.failedFuture(new CancellationException("the sweeper was closed"));
    }
    return database.runAsync(
        transaction -> {
          Store.limit(transaction, TIMEOUT);
          return work.apply(transaction);
        },
        executor);
  }

  /** Begins no more transactions. */
  public void close() {
    closed = true;
  }

  public boolean isClosed() {
    return closed;
  }

  public Executor executor() {
    return executor;
  }
}
