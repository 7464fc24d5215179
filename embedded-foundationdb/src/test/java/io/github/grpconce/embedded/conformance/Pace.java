package io.github.grpconce.embedded.conformance;

import io.github.grpconce.embedded.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The time in which a scenario is replayed. */
interface Pace {
  /**
   * The future's outcome.
   *
   * @throws java.util.concurrent.CompletionException if it fails
   */
  <T extends @Nullable Object> T join(CompletableFuture<T> future);

  /** Returns when the future is done, or when this time has passed. */
  void await(CompletableFuture<?> future, Duration patience);

  /** Lets time pass. */
  void pass(Duration duration);

  /** Virtual time, in which nothing takes any. */
  static Pace of(VirtualTime time) {
    return new Pace() {
      @Override
      public <T extends @Nullable Object> T join(CompletableFuture<T> future) {
        return time.join(future);
      }

      @Override
      public void await(CompletableFuture<?> future, Duration patience) {
        time.runReady();
        if (!future.isDone()) {
          time.advance(patience);
        }
      }

      @Override
      public void pass(Duration duration) {
        time.advance(duration);
      }
    };
  }
}
