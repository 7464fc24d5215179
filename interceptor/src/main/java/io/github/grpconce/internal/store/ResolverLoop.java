package io.github.grpconce.internal.store;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.internal.store.StoreLoop.Decided;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One wish of an operator's in a transaction, tried until the store has decided. Unlike
 * FoundationDB's own loop it tells the next try that an earlier one may have taken effect.
 */
public final class ResolverLoop<T> {

  /** Of one transaction, its retries included. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** So many transactions may time out before the store is taken for unreachable. */
  private static final int MOST_TIMEOUTS = 3;

  /** What one try does. */
  @FunctionalInterface
  public interface Work<T> {

    /**
     * Does it.
     *
     * @param unknown whether an earlier try may have taken effect
     */
    CompletableFuture<Decided<T>> in(Transaction transaction, boolean unknown);
  }

  private final Store store;
  private final Work<T> work;
  private boolean unknown;
  private int timeouts;

  private ResolverLoop(Database database, Work<T> work) {
    this.store = new Store(database, TIMEOUT);
    this.work = work;
  }

  public static <T> CompletableFuture<Decided<T>> run(Database database, Work<T> work) {
    return new ResolverLoop<>(database, work).inNewTransaction();
  }

  private CompletableFuture<Decided<T>> inNewTransaction() {
    try {
      return in(store.begin());
    } catch (FDBException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Decided<T>> in(Transaction transaction) {
    return work.in(transaction, unknown)
        .thenCompose(decided -> committed(transaction, decided))
        .whenComplete(
            (decided, failure) -> {
              if (failure == null) {
                transaction.close();
              }
            })
        .exceptionallyCompose(failure -> again(transaction, failure));
  }

  private CompletableFuture<Decided<T>> committed(Transaction transaction, Decided<T> decided) {
    if (!decided.commit()) {
      return CompletableFuture.completedFuture(decided);
    }
    return transaction
        .commit()
        .whenComplete((done, failure) -> unknown |= maybeCommitted(failure))
        .thenApply(done -> decided);
  }

  private static boolean maybeCommitted(@Nullable Throwable failure) {
    return StoreError.causing(failure).map(StoreError::isMaybeCommitted).orElse(false);
  }

  private CompletableFuture<Decided<T>> again(Transaction transaction, Throwable failure) {
    Optional<StoreError> error = StoreError.causing(failure);
    if (error.isEmpty()
        || !error.get().isRetryable()
        || (error.get().isTimeout() && ++timeouts == MOST_TIMEOUTS)) {
      transaction.close();
      return CompletableFuture.failedFuture(failure);
    }
    if (error.get().endsTransaction()) {
      transaction.close();
      return inNewTransaction();
    }
    return store
        .goOn(transaction, error.get())
        .whenComplete(
            (fresh, hopeless) -> {
              if (hopeless != null) {
                transaction.close();
              }
            })
        .thenCompose(this::in);
  }
}
