package io.github.grpconce.benchmarks;

import com.apple.foundationdb.async.AsyncUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Does transactions so many at a time, each worker one after the other. */
record Workers(int count, Executor executor) {

  /** One worker's transactions: each call begins the next one. */
  interface Work {
    Supplier<CompletableFuture<?>> of(int worker);
  }

  /** Returns when all are done: each worker has done its share. */
  void run(int transactions, Work work) {
    CompletableFuture<?>[] workers =
        IntStream.range(0, count)
            .mapToObj(worker -> repeat(transactions / count, work.of(worker)))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(workers).join();
  }

  private CompletableFuture<Void> repeat(int times, Supplier<CompletableFuture<?>> transaction) {
    int[] left = {times};
    return AsyncUtil.whileTrue(() -> transaction.get().thenApply(done -> --left[0] > 0), executor);
  }
}
