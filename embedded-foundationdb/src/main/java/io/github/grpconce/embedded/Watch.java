package io.github.grpconce.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One wait for a key to change, from the transaction that asked for it until it fires. Thread-safe.
 */
final class Watch {
  private final Cluster cluster;
  private final byte[] key;
  private final byte @Nullable [] value;
  private final Executor completing;
  private final CompletableFuture<Void> future = new CompletableFuture<>();

  /** What goes wrong with it; null for nothing, or nothing more. */
  private volatile @Nullable InjectedFault fault;

  /**
   * A watch.
   *
   * @param value the value that the transaction saw, null if the key was absent
   * @param completing completes the future
   * @param fault what goes wrong with it, null for nothing
   */
  Watch(
      Cluster cluster,
      byte[] key,
      byte @Nullable [] value,
      Executor completing,
      @Nullable InjectedFault fault) {
    this.cluster = cluster;
    this.key = key;
    this.value = value;
    this.completing = completing;
    this.fault = fault;
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

  /** Begins to wait for a commit that changes the key; the transaction has committed. */
  void arm() {
    if (fault instanceof InjectedFault.SpuriousWatch spurious) {
      var unused = cluster.clock().after(spurious.delay()).thenRun(this::fire);
    }
    if (!future.isDone()) {
      cluster.watches().arm(this, cluster.storage());
    }
  }

  /** A commit gave the key another value than the watched one. */
  void changed() {
    if (fault instanceof InjectedFault.LateWatch late) {
      var unused = cluster.clock().after(late.delay()).thenRun(this::fire);
    } else if (fault instanceof InjectedFault.MissedReturn missed) {
      fault = null;
      var unused = cluster.clock().after(missed.delay()).thenRun(this::arm);
    } else {
      fire();
    }
  }

  void fire() {
    completing.execute(() -> future.complete(null));
  }

  void fail(EmbeddedException error) {
    completing.execute(() -> future.completeExceptionally(error));
  }
}
