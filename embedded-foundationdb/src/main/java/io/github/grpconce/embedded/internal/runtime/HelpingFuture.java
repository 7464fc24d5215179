package io.github.grpconce.embedded.internal.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A future that an executor without threads completes. Whoever blocks on it does what is ready
 * first, as nobody else might. Time passes no further by that.
 */
final class HelpingFuture<T extends @Nullable Object> extends CompletableFuture<T> {
  private final Threadless executor;

  HelpingFuture(Threadless executor) {
    this.executor = executor;
  }

  private void doWhatIsReady() {
    if (!isDone()) {
      executor.runReady();
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
    return new HelpingFuture<>(executor);
  }
}
