package io.github.grpconce.embedded;

import io.github.grpconce.teststore.TestStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for what happens on threads of its own on a cluster, in virtual time on the engine. */
public final class Awaited {
  private static final int LIMIT_SECONDS = 30;

  private Awaited() {}

  /**
   * The future's outcome.
   *
   * @throws java.util.concurrent.CompletionException if it fails, or takes too long
   */
  public static <T extends @Nullable Object> T join(VirtualTime time, CompletableFuture<T> future) {
    return TestStore.clusterFile().isEmpty()
        ? time.join(future)
        : future.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }
}
