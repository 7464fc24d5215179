package io.github.grpconce.embedded.internal.runtime;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes the futures that users of one transaction get: theirs alone, and failing with the plain
 * error.
 *
 * <p>As fdb-java's, none is done when the call that made it returns, unless the database was told
 * to complete at once what it can. Thread-safe.
 */
public final class UserFutures {
  private final Executor completing;
  private final boolean atOnce;
  private final @Nullable Threadless threadless;

  /**
   * Futures of a transaction.
   *
   * @param completing where they are completed; it never runs anything in the asking thread
   * @param threadless the same executor, if it has no threads
   */
  UserFutures(Executor completing, boolean atOnce, @Nullable Threadless threadless) {
    this.completing = completing;
    this.atOnce = atOnce;
    this.threadless = threadless;
  }

  /** A future that the caller completes. */
  public <T extends @Nullable Object> CompletableFuture<T> pending() {
    return threadless == null ? new CompletableFuture<>() : new HelpingFuture<>(threadless);
  }

  public <T extends @Nullable Object> CompletableFuture<T> of(T answer) {
    return settled(CompletableFuture.completedFuture(answer));
  }

  public <T extends @Nullable Object> CompletableFuture<T> failed(EmbeddedException error) {
    return settled(CompletableFuture.failedFuture(error));
  }

  /** Follows what is done already. */
  public <T extends @Nullable Object> CompletableFuture<T> settled(CompletableFuture<T> result) {
    CompletableFuture<T> future = pending();
    if (atOnce) {
      settle(result, future);
    } else {
      completing.execute(() -> settle(result, future));
    }
    return future;
  }

  /**
   * Follows an answer of the database, which takes its time on a cluster: it has arrived when the
   * executor comes to it, and an end of the transaction is sooner until then.
   *
   * @param arrived is run just before the future is completed with the answer
   */
  public <T extends @Nullable Object> CompletableFuture<T> onItsWay(
      CompletableFuture<T> answer, CompletableFuture<FdbError> end, Runnable arrived) {
    if (!answer.isDone()) {
      return either(answer.whenComplete((value, error) -> arrived.run()), end);
    }
    if (atOnce) {
      arrived.run();
      return settled(answer);
    }
    CompletableFuture<T> future = pending();
    completing.execute(
        () -> {
          if (end.isDone()) {
            future.completeExceptionally(end.join().exception());
          } else {
            arrived.run();
            settle(answer, future);
          }
        });
    return future;
  }

  /** Follows {@code result}, or fails with what {@code end} gives if that comes first. */
  public <T extends @Nullable Object> CompletableFuture<T> either(
      CompletableFuture<T> result, CompletableFuture<FdbError> end) {
    if (result.isDone()) {
      return settled(result);
    }
    CompletableFuture<T> first = pending();
    var unused =
        result.whenComplete((value, error) -> completing.execute(() -> settle(result, first)));
    var unusedToo =
        end.thenAccept(
            reason -> {
              if (!result.isDone()) {
                completing.execute(() -> first.completeExceptionally(reason.exception()));
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
