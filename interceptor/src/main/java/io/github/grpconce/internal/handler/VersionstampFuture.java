package io.github.grpconce.internal.handler;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A handler's future that can only be completed by the commit, and that comes when the handler has
 * answered: to wait for it, or for what follows from it, would never end, and is refused.
 */
final class VersionstampFuture<T extends @Nullable Object> extends HandlerFuture<T> {

  VersionstampFuture(Continuations continuations, @Nullable CompletableFuture<T> source) {
    super(continuations, source);
  }

  private VersionstampFuture(VersionstampFuture<?> before) {
    super(before);
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new VersionstampFuture<>(this);
  }

  @Override
  public T join() {
    refuseUnlessDone();
    return super.join();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    refuseUnlessDone();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    refuseUnlessDone();
    return super.get(timeout, unit);
  }

  private void refuseUnlessDone() {
    if (!isDone()) {
      throw new IllegalStateException(
          "a versionstamp is known when the transaction is committed, and that is done when the"
              + " handler has answered, or the step's function has returned: don't wait for it, but"
              + " use its future's continuations");
    }
  }
}
