package io.github.grpconce.embedded.internal.log;

import java.io.Closeable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A thread that runs one task at a time, does not keep the process alive, and inherits nothing of
 * who opens the log.
 */
final class LogThread implements Executor, Closeable {

  private static final long DEFAULT_STACK = 0;

  private final ExecutorService executor;

  LogThread(String name) {
    executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread =
                  new Thread(null, task, name, DEFAULT_STACK, /* inheritThreadLocals= */ false);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /** Waits for the tasks, and can't be interrupted: an interrupt would close their files. */
  @Override
  public void close() {
    CompletableFuture.runAsync(() -> {}, executor).join();
    executor.shutdown();
  }
}
