package io.github.grpconce.internal.method;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of an interceptor that was given none. They are daemons and end when they are idle,
 * so that nobody has to shut them down. They inherit nothing from the thread that needed them
 * first: it may be a call's, whose values are no other call's.
 */
public final class Threads {

  /** As the pool of the handlers' threads has it. */
  private static final long IDLE_SECONDS = 60;

  private static final long DEFAULT_STACK = 0;

  private Threads() {}

  public static Executor forHandlers() {
    return Executors.newCachedThreadPool(named("grpconce-handler-"));
  }

  public static ScheduledExecutorService forTimeLimits() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(1, named("grpconce-timer-"));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    scheduler.allowCoreThreadTimeOut(true);
    return scheduler;
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread =
          new Thread(
              null,
              task,
              prefix + number.incrementAndGet(),
              DEFAULT_STACK,
              /* inheritThreadLocals= */ false);
      thread.setContextClassLoader(Threads.class.getClassLoader());
      thread.setDaemon(true);
      return thread;
    };
  }
}
