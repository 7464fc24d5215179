package io.github.grpconce.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes the futures that users get: theirs alone, failing with the plain error, and completed by
 * the transaction's executor unless the answer is there at once.
 */
final class UserFutures {
  private UserFutures() {}

  /** Follows {@code result}, or fails with what {@code end} gives if that comes first. */
  static <T extends @Nullable Object> CompletableFuture<T> either(
      CompletableFuture<T> result, CompletableFuture<FdbError> end, Executor executor) {
    CompletableFuture<T> first = new CompletableFuture<>();
    if (result.isDone()) {
      settle(result, first);
      return first;
    }
    var unused =
        result.whenComplete((value, error) -> executor.execute(() -> settle(result, first)));
    var unusedToo =
        end.thenAccept(
            reason -> {
              if (!first.isDone()) {
                executor.execute(() -> first.completeExceptionally(reason.exception()));
              }
            });
    return first;
  }

  private static <T extends @Nullable Object> void settle(
      CompletableFuture<T> done, CompletableFuture<T> future) {
    try {
      future.complete(done.join());
    } catch (CompletionException failure) {
      future.completeExceptionally(EmbeddedException.causeOf(failure));
    }
  }
}
