package io.github.grpconce.embedded.internal.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * When and where the futures of a database's users are completed.
 *
 * @param network hands them over to their executors, never in the asking thread
 * @param own the database's own pool, which is one as well
 * @param atOnce whether what can be answered at once is given as a completed future
 * @param threadless says whether an executor has no threads
 */
public record Completions(
    Executor network,
    Executor own,
    boolean atOnce,
    Function<Executor, @Nullable Threadless> threadless) {
  /** The futures of a transaction with this executor. */
  public UserFutures on(Executor executor) {
    return new UserFutures(handingOver(executor), atOnce, threadless.apply(executor));
  }

  /**
   * An executor may run its tasks at once, or look at the thread that gives them to it. It is never
   * asked in a thread that asked something of the database, or that holds a lock; unless futures
   * are to be completed at once.
   */
  public Executor handingOver(Executor executor) {
    return atOnce || executor == own || threadless.apply(executor) != null
        ? executor
        : task -> network.execute(() -> executor.execute(task));
  }

  /** Waits for a future of a transaction with this executor. */
  public <T extends @Nullable Object> T join(CompletableFuture<T> future, Executor executor) {
    Threadless helped = threadless.apply(executor);
    if (helped != null) {
      helped.await(future);
    }
    return future.join();
  }
}
