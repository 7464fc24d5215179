package io.github.grpconce.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A bounded executor of handlers that knows its own threads. */
final class HandlerThreadPool implements Executor, AutoCloseable {

  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final ExecutorService pool;

  HandlerThreadPool(int size) {
    pool =
        Executors.newFixedThreadPool(
            size,
            task -> {
              Thread thread = new Thread(task, "handler");
              threads.add(thread);
              return thread;
            });
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** Whether the current thread is one of these. */
  boolean isHere() {
    return threads.contains(Thread.currentThread());
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
