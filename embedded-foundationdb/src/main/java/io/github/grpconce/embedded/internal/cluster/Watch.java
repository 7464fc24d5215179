package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.runtime.InjectedFault;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One wait for a key to change, from the transaction that asked for it until it fires. Thread-safe.
 */
public final class Watch {
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
  public Watch(
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

  public byte[] key() {
    return key;
  }

  public byte @Nullable [] value() {
    return value;
  }

  public CompletableFuture<Void> future() {
    return future;
  }

  /** Begins to wait for a commit that changes the key; the transaction has committed. */
  public void arm() {
    if (fault instanceof InjectedFault.SpuriousWatch spurious) {
      var unused = cluster.clock().after(spurious.delay()).thenRun(this::fire);
    }
    if (!future.isDone()) {
      cluster.watches().arm(this, cluster.storage());
    }
  }

  /** Waits no longer. */
  public void disarm() {
    cluster.watches().disarm(this);
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

  public void fire() {
    completing.execute(() -> future.complete(null));
  }

  public void fail(EmbeddedException error) {
    completing.execute(() -> future.completeExceptionally(error));
  }
}
