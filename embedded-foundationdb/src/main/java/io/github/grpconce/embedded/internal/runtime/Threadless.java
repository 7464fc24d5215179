package io.github.grpconce.embedded.internal.runtime;

import java.util.concurrent.CompletableFuture;

/** An executor that has no threads: its tasks run when somebody who waits for them runs them. */
public interface Threadless {
  /** Runs what is ready, and what that causes. */
  void runReady();

  /** Runs what it takes until the future is done, letting time pass if need be. */
  void await(CompletableFuture<?> future);
}
