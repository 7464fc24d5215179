package io.github.grpconce.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One wait for a key to change, from the transaction that asked for it until it fires. */
final class Watch {
  private final byte[] key;
  private final byte @Nullable [] value;
  private final Executor executor;
  private final CompletableFuture<Void> future = new CompletableFuture<>();

  /**
   * A watch.
   *
   * @param value the value that the transaction saw, null if the key was absent
   */
  Watch(byte[] key, byte @Nullable [] value, Executor executor) {
    this.key = key;
    this.value = value;
    this.executor = executor;
  }

  byte[] key() {
    return key;
  }

  byte @Nullable [] value() {
    return value;
  }

  CompletableFuture<Void> future() {
    return future;
  }

  void fire() {
    executor.execute(() -> future.complete(null));
  }

  void fail(EmbeddedException error) {
    executor.execute(() -> future.completeExceptionally(error));
  }
}
