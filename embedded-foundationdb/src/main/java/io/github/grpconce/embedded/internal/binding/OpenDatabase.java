package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.DatabaseOptions;
import com.apple.foundationdb.EventKeeper;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.internal.transaction.DatabaseContext;
import io.github.grpconce.embedded.internal.transaction.TransactionCore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** A database from its opening until it is closed. Thread-safe. */
public final class OpenDatabase extends SingleProcessDatabase {
  private final DatabaseContext context;
  private final Executor executor;
  private final Runnable onClose;
  private final DatabaseOptions options;
  private volatile boolean closed;

  /**
   * A database.
   *
   * @param executor where futures are completed, unless a transaction is given another
   * @param onClose stops what the database was opened with
   */
  public OpenDatabase(DatabaseContext context, Executor executor, Runnable onClose) {
    this.context = context;
    this.executor = executor;
    this.onClose = onClose;
    this.options = new DatabaseOptions(context::setOption);
  }

  /** What its transactions share. */
  DatabaseContext context() {
    return context;
  }

  /**
   * A new transaction.
   *
   * @throws IllegalStateException if the database is closed
   */
  @Override
  public Transaction createTransaction(Executor e) {
    if (closed) {
      throw new IllegalStateException(
          "The database is closed: end what uses it first, or open it again");
    }
    return new EmbeddedTransaction(this, new TransactionCore(context, e));
  }

  @Override
  public Transaction createTransaction(Executor e, EventKeeper eventKeeper) {
    return createTransaction(e);
  }

  @Override
  public Executor getExecutor() {
    return executor;
  }

  @Override
  public DatabaseOptions options() {
    return options;
  }

  /** Always 0: there is no network thread. */
  @Override
  public double getMainThreadBusyness() {
    return 0;
  }

  @Override
  public void close() {
    closed = true;
    onClose.run();
  }

  @Override
  public <T> T run(Function<? super Transaction, T> retryable, Executor e) {
    return new RetryLoop(this, e, context.completions()).run(retryable);
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> retryable, Executor e) {
    return run(retryable, e);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> retryable, Executor e) {
    return new RetryLoop(this, e, context.completions()).runAsync(retryable);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> retryable, Executor e) {
    return runAsync(retryable, e);
  }
}
