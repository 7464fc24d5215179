package io.github.grpconce.internal.execution;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A thread of the handlers' executor that waits for what it is to run. Thread-safe. */
final class WaitingThread {

  private final CompletableFuture<Runnable> given = new CompletableFuture<>();

  /** Has the thread run something; returns false if it doesn't wait any more. */
  boolean take(Runnable task) {
    return given.complete(task);
  }

  /** The thread needn't wait. */
  void end() {
    boolean unused = take(() -> {});
  }

  /** Waits for what is to be run, and runs it. A store that is too slow has it queue again. */
  void await(long nanos) {
    try {
      Runnable unused = given.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      end();
    } catch (InterruptedException e) {
      end();
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new AssertionError("it is never completed so", e);
    }
    given.join().run();
  }
}
