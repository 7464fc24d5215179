package io.github.grpconce.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A future that a task of virtual time completes. Whoever blocks on it does what is ready first, as
 * nobody else might: most runs have one thread. Time passes no further by that.
 */
final class VirtualFuture<T extends @Nullable Object> extends CompletableFuture<T> {
  private final VirtualTime time;

  VirtualFuture(VirtualTime time) {
    this.time = time;
  }

  private void doWhatIsReady() {
    if (!isDone()) {
      time.runReady();
    }
  }

  @Override
  public T join() {
    doWhatIsReady();
    return super.join();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    doWhatIsReady();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    doWhatIsReady();
    return super.get(timeout, unit);
  }

  @Override
  public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
    return new VirtualFuture<>(time);
  }
}
