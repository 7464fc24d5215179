package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncUtil;
import io.github.grpconce.embedded.internal.runtime.Completions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs a function in transactions until one commits or an error is of the kind that stays. */
final class RetryLoop {
  private final Executor executor;
  private final Completions completions;
  private Transaction tr;

  RetryLoop(Database database, Executor executor, Completions completions) {
    this.completions = completions;
    this.executor = executor;
    this.tr = database.createTransaction(executor);
  }

  <T> T run(Function<? super Transaction, T> retryable) {
    try {
      while (true) {
        try {
          T value = retryable.apply(tr);
          join(tr.commit());
          return value;
        } catch (RuntimeException failure) {
          tr = join(tr.onError(failure));
        }
      }
    } finally {
      tr.close();
    }
  }

  private <T extends @Nullable Object> T join(CompletableFuture<T> future) {
    return completions.join(future, executor);
  }

  <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> retryable) {
    CompletableFuture<T> result = new CompletableFuture<>();
    return AsyncUtil.whileTrue(() -> attempt(retryable, result), executor)
        .thenCompose(done -> result)
        .whenComplete((value, failure) -> tr.close());
  }

  /** One attempt; true if there has to be another. */
  private <T> CompletableFuture<Boolean> attempt(
      Function<? super Transaction, ? extends CompletableFuture<T>> retryable,
      CompletableFuture<T> result) {
    Transaction current = tr;
    CompletableFuture<Boolean> committed =
        AsyncUtil.applySafely(retryable, current)
            .thenComposeAsync(
                value ->
                    current
                        .commit()
                        .thenApply(
                            done -> {
                              result.complete(value);
                              return false;
                            }),
                executor);
    return AsyncUtil.composeHandleAsync(
        committed,
        (again, failure) ->
            failure == null ? CompletableFuture.completedFuture(again) : next(current, failure),
        executor);
  }

  private CompletableFuture<Boolean> next(Transaction current, Throwable failure) {
    return current
        .onError(failure)
        .thenApply(
            next -> {
              tr = next;
              return true;
            });
  }
}
