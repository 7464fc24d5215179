package io.github.grpconce.internal.handler;

import java.util.concurrent.atomic.AtomicBoolean;

/** A task that somebody else is given to run, and what came of that. Runs once at most. */
final class OnceRun implements Runnable {

  private final Runnable task;
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile boolean thrown;

  OnceRun(Runnable task) {
    this.task = task;
  }

  @Override
  public void run() {
    if (!begun.compareAndSet(false, true)) {
      return;
    }
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      thrown = true;
      throw e;
    }
  }

  boolean hasRun() {
    return begun.get();
  }

  /** Whether the task itself has failed. */
  boolean hasThrown() {
    return thrown;
  }
}
