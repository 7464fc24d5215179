package io.github.grpconce.server;

import java.util.concurrent.CompletableFuture;

/** A future that a test completes, and then has all happen that follows from it. */
final class FutureByHand<T> extends CompletableFuture<T> {

  private final Runnable settle;

  FutureByHand(Runnable settle) {
    this.settle = settle;
  }

  @Override
  public boolean complete(T value) {
    boolean completed = super.complete(value);
    settle.run();
    return completed;
  }
}
