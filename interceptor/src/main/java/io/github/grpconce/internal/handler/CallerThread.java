package io.github.grpconce.internal.handler;

import io.github.grpconce.internal.store.StoreLoop;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/** Runs tasks in the thread that waits for what they are part of, so that they may block. */
public final class CallerThread implements Executor {

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /**
   * Runs tasks until the future is complete. An interruption doesn't end that, since nobody else
   * would run them; it is left for who comes next.
   *
   * @throws RuntimeException what the future failed with, as it is
   */
  public <T> T join(CompletableFuture<T> future) {
    var unused = future.whenComplete((value, failure) -> execute(() -> {}));
    boolean interrupted = false;
    try {
      while (!future.isDone()) {
        try {
          tasks.take().run();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return future.join();
    } catch (CompletionException e) {
      throw unwrapped(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unwrapped(CompletionException failure) {
    Throwable root = StoreLoop.rootOf(failure);
    if (root instanceof Error error) {
      throw error;
    }
    return root instanceof RuntimeException exception ? exception : failure;
  }
}
