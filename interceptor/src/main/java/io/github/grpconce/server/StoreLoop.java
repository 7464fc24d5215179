package io.github.grpconce.server;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.record.StoreError;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/**
 * One piece of work in a transaction of its own, tried until the store has decided.
 *
 * <p>The work reads what decides, so whatever a commit came to, unknown results included, it is
 * reading again that tells. It runs where the store's futures complete, and never blocks.
 */
final class StoreLoop<T> {

  /** So many tries may outlive their transaction before the work is taken for too slow. */
  private static final int MAX_TOO_LATE = 3;

  /** What one try does in its transaction. */
  @FunctionalInterface
  interface Work<T> {
    CompletableFuture<Decided<T>> in(Transaction transaction);
  }

  /**
   * What one try came to.
   *
   * @param commit whether its writes, or its watches, are to take effect
   */
  record Decided<T>(T value, boolean commit) {

    /** Leaves out the value, which may be what somebody stored. */
    @Override
    public String toString() {
      return "Decided[commit=" + commit + "]";
    }

    static <T> Decided<T> reading(T value) {
      return new Decided<>(value, false);
    }

    static <T> Decided<T> writing(T value) {
      return new Decided<>(value, true);
    }
  }

  private final Database database;
  private final Duration timeout;
  private final BooleanSupplier wanted;
  private final Work<T> work;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private int tooLate;

  private StoreLoop(Database database, Duration timeout, BooleanSupplier wanted, Work<T> work) {
    this.database = database;
    this.timeout = timeout;
    this.wanted = wanted;
    this.work = work;
  }

  /**
   * Does a piece of work.
   *
   * @param wanted asked before each try; when it isn't any more, the result is a {@link
   *     CancellationException}
   * @return fails with what the work failed with, or with the store's error
   */
  static <T> CompletableFuture<T> run(Settings settings, BooleanSupplier wanted, Work<T> work) {
    StoreLoop<T> loop =
        new StoreLoop<>(settings.database(), settings.limits().storeTimeout(), wanted, work);
    loop.tryInNewTransaction();
    return loop.result;
  }

  /** Returns the failure itself, without what futures wrap around it. */
  static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root instanceof CompletionException && root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private void tryInNewTransaction() {
    Transaction fresh;
    try {
      fresh = database.createTransaction();
      fresh.options().setTimeout(timeout.toMillis());
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
      return;
    }
    tryIn(fresh);
  }

  private void tryIn(Transaction transaction) {
    if (!wanted.getAsBoolean()) {
      transaction.close();
      result.completeExceptionally(new CancellationException("nobody wants it any more"));
      return;
    }
    var unused =
        begun(transaction)
            .thenCompose(decided -> commit(transaction, decided))
            .whenComplete(
                (value, failure) -> {
                  if (failure == null) {
                    transaction.close();
                    result.complete(value);
                  } else {
                    failed(transaction, rootOf(failure));
                  }
                });
  }

  private CompletableFuture<Decided<T>> begun(Transaction transaction) {
    try {
      return work.in(transaction);
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<T> commit(Transaction transaction, Decided<T> decided) {
    return decided.commit()
        ? transaction.commit().thenApply(done -> decided.value())
        : CompletableFuture.completedFuture(decided.value());
  }

  private void failed(Transaction transaction, Throwable failure) {
    Optional<StoreError> error = StoreError.causing(failure);
    if (error.isEmpty()
        || !error.get().isRetryable()
        || (error.get().isTooLate() && ++tooLate >= MAX_TOO_LATE)) {
      transaction.close();
      result.completeExceptionally(failure);
    } else if (error.get().endsTransaction()) {
      transaction.close();
      tryInNewTransaction();
    } else {
      backOff(transaction, error.get());
    }
  }

  private void backOff(Transaction transaction, StoreError error) {
    var unused =
        transaction
            .onError(error.exception())
            .whenComplete(
                (fresh, failure) -> {
                  if (failure == null) {
                    tryIn(fresh);
                  } else {
                    transaction.close();
                    result.completeExceptionally(rootOf(failure));
                  }
                });
  }
}
