package io.github.grpconce.embedded.internal.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Hands futures over to the executors that complete them, as FoundationDB's network thread does: so
 * nothing of it happens in the thread that asked, even if such an executor runs its tasks at once.
 *
 * <p>One daemon thread that is started when it is first needed and ends when it is idle.
 * Thread-safe.
 */
public final class NetworkThread implements Executor {
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor thread;

  public NetworkThread() {
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> OwnThreads.named("embedded-foundationdb-network", task));
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }
}
