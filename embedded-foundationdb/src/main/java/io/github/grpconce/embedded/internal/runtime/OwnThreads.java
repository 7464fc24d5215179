package io.github.grpconce.embedded.internal.runtime;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.FutureTask;

/**
 * Makes a database's threads. They are daemons, and inherit nothing of the thread that needed them
 * first: its values, which may be a call's, are no business of whoever is answered there later.
 */
public final class OwnThreads {
  private static final long DEFAULT_STACK = 0;

  private OwnThreads() {}

  static Thread named(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, DEFAULT_STACK, /* inheritThreadLocals= */ false);
    thread.setDaemon(true);
    return thread;
  }

  /** A pool's threads always inherit: so another thread, which has nothing, makes them. */
  public static ForkJoinWorkerThread worker(ForkJoinPool pool) {
    FutureTask<ForkJoinWorkerThread> made =
        new FutureTask<>(() -> ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool));
    named("embedded-foundationdb-threads", made).start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return made.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("no thread can be made", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
