package io.github.grpconce.internal.handler;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which one execution's handler runs: its executor's, with what was captured where
 * its attempt arrived.
 *
 * <p>A thread of the handler that waits for one of its own continuations runs it itself, if nobody
 * else does: else an executor all of whose threads wait would never come to it. Thread-safe.
 */
public final class HandlerThreads {

  /** An executor that has a free thread is quicker than that. */
  private static final long HELP_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final ThreadLocal<@Nullable HandlerThreads> RUNNING = new ThreadLocal<>();

  private final Executor executor;
  private final UnaryOperator<Runnable> captured;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private volatile Consumer<Throwable> onBrokenCapture = failure -> {};

  HandlerThreads(Executor executor, UnaryOperator<Runnable> captured) {
    this.executor = executor;
    this.captured = captured;
  }

  /** Whether the current thread runs this handler's code. */
  boolean isHere() {
    return RUNNING.get() == this;
  }

  /** Runs the handler's code in this thread, which its executor has given. */
  public void run(Runnable task) {
    HandlerThreads previous = RUNNING.get();
    RUNNING.set(this);
    try {
      runElsewhere(task);
    } finally {
      RUNNING.set(previous);
    }
  }

  /** Sets who is told that what was captured can't be put where the handler's code runs. */
  public void onBrokenCapture(Consumer<Throwable> told) {
    onBrokenCapture = told;
  }

  /**
   * Runs something with what was captured, in a thread that isn't the handler's. It is run even if
   * that can't be done: somebody may wait for it.
   */
  void runElsewhere(Runnable task) {
    OnceRun once = new OnceRun(task);
    try {
      captured.apply(once).run();
    } catch (RuntimeException | Error e) {
      if (once.hasThrown()) {
        throw e;
      }
      onBrokenCapture.accept(e);
    }
    if (!once.hasRun()) {
      onBrokenCapture.accept(new IllegalStateException("a ContextCapture's wrapper ran nothing"));
      once.run();
    }
  }

  /**
   * Has the executor run the handler's code.
   *
   * @throws RejectedExecutionException if the executor takes nothing any more
   */
  public void execute(Runnable task) {
    executor.execute(() -> run(task));
  }

  /**
   * Has the executor run a continuation, unless a thread of the handler that waits comes first.
   *
   * @throws RejectedExecutionException if the executor takes nothing any more
   */
  void executeContinuation(Runnable task) {
    synchronized (waiting) {
      waiting.add(task);
      waiting.notifyAll();
    }
    try {
      executor.execute(this::runNext);
    } catch (RejectedExecutionException e) {
      if (taken(task)) {
        throw e;
      }
    }
  }

  private boolean taken(Runnable task) {
    synchronized (waiting) {
      return waiting.remove(task);
    }
  }

  private void runNext() {
    Runnable next = next();
    if (next != null) {
      run(next);
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      return waiting.poll();
    }
  }

  /** Wakes those who wait: what one of them waits for may have come. */
  void wake() {
    synchronized (waiting) {
      waiting.notifyAll();
    }
  }

  /**
   * Waits, and runs what continuations nobody else does.
   *
   * @param nanos how long at most
   * @return whether what was waited for has come
   */
  boolean await(BooleanSupplier done, long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (!done.getAsBoolean()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      if (isLeftToUs(done, left)) {
        runNext();
      }
    }
    return true;
  }

  /** Waits for a while; returns whether there is a continuation for which nobody has come. */
  private boolean isLeftToUs(BooleanSupplier done, long left) throws InterruptedException {
    synchronized (waiting) {
      if (done.getAsBoolean()) {
        return false;
      }
      boolean wasWaiting = !waiting.isEmpty();
      TimeUnit.NANOSECONDS.timedWait(waiting, wasWaiting ? Math.min(left, HELP_AFTER_NANOS) : left);
      return wasWaiting && !done.getAsBoolean();
    }
  }
}
