package io.github.grpconce.internal.store;

import com.apple.foundationdb.Transaction;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work in a transaction of its own, tried until the store has decided.
 *
 * <p>The work reads what decides, so whatever a commit came to, unknown results included, it is
 * reading again that tells. It runs where the store's futures complete, and never blocks.
 */
public final class StoreLoop<T> {

  /** So many tries in a row may outlive their transaction before the work is taken for too slow. */
  private static final int MAX_TOO_LATE = 3;

  /** What one try does in its transaction. */
  @FunctionalInterface
  public interface Work<T> {
    CompletableFuture<Decided<T>> in(Transaction transaction);
  }

  /**
   * What one try came to.
   *
   * @param commit whether its writes, or its watches, are to take effect
   */
  public record Decided<T>(T value, boolean commit) {

    /** Leaves out the value, which may be what somebody stored. */
    @Override
    public String toString() {
      return "Decided[commit=" + commit + "]";
    }

    public static <T> Decided<T> reading(T value) {
      return new Decided<>(value, false);
    }

    public static <T> Decided<T> writing(T value) {
      return new Decided<>(value, true);
    }
  }

  private final Store store;
  private final BooleanSupplier wanted;
  private final Work<T> work;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private int tooLate;

  /** When the transaction was begun, by the store's clock. */
  private long begun;

  /** In which the work is being done; null while the store has its say, and at the end. */
  private @Nullable Transaction working;

  private @Nullable Throwable ended;

  private StoreLoop(Store store, BooleanSupplier wanted, Work<T> work) {
    this.store = store;
    this.wanted = wanted;
    this.work = work;
  }

  /**
   * Does work, which may be done several times, until it took effect or can't.
   *
   * @param wanted asked before each try; once it says no, the result is a {@link
   *     CancellationException}
   * @return fails with what the work failed with, or with the store's error
   */
  public static <T> CompletableFuture<T> run(Store store, BooleanSupplier wanted, Work<T> work) {
    return begin(store, wanted, work).result;
  }

  /** Begins to do work as {@link #run} does, for somebody who may {@link #end} it. */
  public static <T> StoreLoop<T> begin(Store store, BooleanSupplier wanted, Work<T> work) {
    StoreLoop<T> loop = new StoreLoop<>(store, wanted, work);
    loop.tryInNewTransaction();
    return loop;
  }

  public CompletableFuture<T> result() {
    return result;
  }

  /**
   * Ends work that may never end by itself: its transaction is closed, and the result fails. A
   * commit that is under way has its way first.
   */
  public void end(Throwable why) {
    Transaction open;
    synchronized (this) {
      ended = ended == null ? why : ended;
      open = working;
      working = null;
    }
    if (open != null) {
      open.close();
      result.completeExceptionally(why);
    }
  }

  /** Returns the failure itself, without what futures wrap around it. */
  public static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root instanceof CompletionException && root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private void tryInNewTransaction() {
    Transaction fresh;
    try {
      begun = store.now();
      fresh = store.begin();
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
      return;
    }
    tryIn(fresh);
  }

  private void tryIn(Transaction transaction) {
    if (!wanted.getAsBoolean()) {
      end(new CancellationException("nobody wants it any more"));
    }
    Throwable why = beginIn(transaction);
    if (why != null) {
      transaction.close();
      result.completeExceptionally(why);
      return;
    }
    var unused = begun(transaction).whenComplete((decided, failure) -> done(decided, failure));
  }

  /** Returns why this was ended before, if it was. */
  private synchronized @Nullable Throwable beginIn(Transaction transaction) {
    working = ended == null ? transaction : null;
    return ended;
  }

  /** The work is done, unless it was ended: then nobody may use its transaction any more. */
  private void done(@Nullable Decided<T> decided, @Nullable Throwable failure) {
    Transaction transaction;
    synchronized (this) {
      transaction = working;
      working = null;
    }
    if (transaction == null) {
      return;
    }
    if (decided == null) {
      failed(transaction, rootOf(Objects.requireNonNull(failure)));
      return;
    }
    var unused =
        CompletableFuture.completedFuture(decided)
            .thenCompose(each -> commit(transaction, each))
            .whenComplete(
                (value, error) -> {
                  if (error == null) {
                    transaction.close();
                    result.complete(value);
                  } else {
                    failed(transaction, rootOf(error));
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
    tooLate = error.map(StoreError::isTooLate).orElse(false) ? tooLate + 1 : 0;
    if (error.isEmpty() || !error.get().isRetryable() || tooLate >= MAX_TOO_LATE) {
      transaction.close();
      result.completeExceptionally(failure);
    } else if (error.get().endsTransaction() || error.get().isTooLate()) {
      transaction.close();
      tryInNewTransaction();
    } else {
      backOff(transaction, error.get());
    }
  }

  private void backOff(Transaction transaction, StoreError error) {
    var unused =
        store
            .goOn(transaction, error, begun)
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
