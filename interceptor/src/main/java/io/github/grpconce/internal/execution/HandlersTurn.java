package io.github.grpconce.internal.execution;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread of the handlers' executor that has come to a call whose transaction has grown old in the
 * queue: it waits for a fresh one, so that the call needn't queue again. Thread-safe.
 */
public final class HandlersTurn {

  private final CompletableFuture<Runnable> given = new CompletableFuture<>();

  /** Has the thread run something; returns false if it doesn't wait any more. */
  public boolean take(Runnable task) {
    return given.complete(task);
  }

  /** The thread needn't wait. */
  public void end() {
    boolean unused = take(() -> {});
  }

  /** Waits for what is to be run, and runs it. A store that is too slow has it queue again. */
  public void await(long nanos) {
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
