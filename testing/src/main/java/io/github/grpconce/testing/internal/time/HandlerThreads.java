package io.github.grpconce.testing.internal.time;

import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The threads on which the handlers of a world run. They may block; what is known of them is when
 * none can go on by itself, so that it is time for something else to happen. Thread-safe.
 */
public final class HandlerThreads implements Executor {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Who holds a lock that nobody holds. */
  private static final long NOBODY = -1;

  private static final Duration BETWEEN_LOOKS = Duration.ofNanos(20_000);

  /** A thread that was woken has run by then, or is looked at again. */
  private static final Duration LONGEST_WAKING = Duration.ofMillis(50);

  /** One that waits may have been set going by another, while that one was looked at. */
  private static final int LOOKS = 2;

  private final Executor pool;
  private final Duration longestWork;
  private final Set<Thread> busy = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unfinished = new AtomicInteger();

  /**
   * Makes the threads of a world.
   *
   * @param pool gives as many threads as are asked for
   * @param longestWork how long a handler may work, in real time, without waiting for anything
   */
  public HandlerThreads(Executor pool, Duration longestWork) {
    this.pool = pool;
    this.longestWork = longestWork;
  }

  @Override
  public void execute(Runnable task) {
    unfinished.incrementAndGet();
    pool.execute(() -> run(task));
  }

  private void run(Runnable task) {
    busy.add(Thread.currentThread());
    try {
      task.run();
    } finally {
      busy.remove(Thread.currentThread());
      unfinished.decrementAndGet();
    }
  }

  /**
   * Returns when each thread has ended its task or waits for something.
   *
   * @throws AssertionError if that takes too long
   * @throws IllegalStateException if this thread is interrupted: somebody's patience is over
   */
  public void awaitQuiet() {
    long begun = System.nanoTime();
    int quietLooks = 0;
    while (quietLooks < LOOKS) {
      if (allWait()) {
        quietLooks++;
      } else {
        quietLooks = 0;
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted while a handler was at work" + where());
      }
      if (System.nanoTime() - begun > longestWork.toNanos()) {
        throw new AssertionError("a handler is still at work after " + longestWork + where());
      }
    }
  }

  /** A task that no thread has begun yet isn't waiting. */
  private boolean allWait() {
    Set<Long> ids = busy.stream().map(Thread::getId).collect(Collectors.toSet());
    return unfinished.get() == ids.size() && busy.stream().allMatch(thread -> waits(thread, ids));
  }

  private static boolean waits(Thread thread, Set<Long> ids) {
    ThreadInfo info = THREADS.getThreadInfo(thread.getId());
    if (info == null) {
      return false;
    }
    // Who holds a lock that it waits for will let it go on, unless that one waits itself.
    boolean locked = info.getLockOwnerId() != NOBODY;
    boolean lockedByOthers = locked && !ids.contains(info.getLockOwnerId());
    return switch (info.getThreadState()) {
      case BLOCKED -> locked && !lockedByOthers;
      case WAITING -> !lockedByOthers && goesOnWaiting(thread, info);
      // Nobody but itself wakes a thread that sleeps: that is work, too.
      case TIMED_WAITING ->
          !lockedByOthers && LockSupport.getBlocker(thread) != null && goesOnWaiting(thread, info);
      default -> false;
    };
  }

  /**
   * Wakes a thread, which may be awakened for no reason at any time, and sees whether it waits
   * again. Else it may only not have run yet since what it waited for has come.
   */
  private static boolean goesOnWaiting(Thread thread, ThreadInfo before) {
    if (LockSupport.getBlocker(thread) == null) {
      // In Object.wait, which a notification ends at once, if not the wait for the monitor.
      return thread.getState() == State.WAITING;
    }
    LockSupport.unpark(thread);
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < LONGEST_WAKING.toNanos()) {
      ThreadInfo now = THREADS.getThreadInfo(thread.getId());
      if (now == null) {
        return false;
      }
      if (now.getWaitedCount() > before.getWaitedCount()) {
        return now.getThreadState() == State.WAITING || now.getThreadState() == State.TIMED_WAITING;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return false;
  }

  private String where() {
    return busy.stream()
        .map(Thread::getStackTrace)
        .map(
            trace ->
                Arrays.stream(trace)
                    .map(frame -> "\n    at " + frame)
                    .collect(Collectors.joining()))
        .collect(Collectors.joining("\n", ":", ""));
  }
}
