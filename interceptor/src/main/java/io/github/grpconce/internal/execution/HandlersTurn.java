package io.github.grpconce.internal.execution;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How one operation comes to a thread of the handlers with a transaction that is fresh then,
 * however long it has queued: the thread whose turn it is waits for another transaction, so that
 * the call needn't queue again. Thread-safe.
 */
public final class HandlersTurn {

  /**
   * A handler that has waited longer than this for a thread gets another transaction, so that none
   * of FoundationDB's five seconds are gone when it starts. Only the wait for a thread counts:
   * whoever comes first in the queue starts, however slow the store is.
   */
  private static final long LONGEST_QUEUE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Executor executor;
  private final LongSupplier nanoTime;
  private volatile @Nullable WaitingThread waiting;

  public HandlersTurn(Executor executor, LongSupplier nanoTime) {
    this.executor = executor;
    this.nanoTime = nanoTime;
  }

  /** When a thread was asked for, by which thread, and whether that is still asking. */
  private static final class Asked {

    private final Thread by = Thread.currentThread();
    private final long nanos;

    /** Only used by that thread. */
    private boolean over;

    Asked(long nanos) {
      this.nanos = nanos;
    }

    /** Whether the executor runs its tasks at once, in the thread that gives them. */
    boolean isAnsweredHere() {
      return Thread.currentThread() == by && !over;
    }
  }

  /**
   * Has a thread of the handlers run something.
   *
   * @param start what is to be run
   * @param again run in its place if the wait was too long, to come back with something fresher
   * @throws RejectedExecutionException if the executor takes nothing any more
   */
  public void take(Runnable start, Runnable again) {
    WaitingThread thread = waiting;
    if (thread != null && thread.take(start)) {
      return;
    }
    Asked asked = new Asked(nanoTime.getAsLong());
    executor.execute(() -> begin(asked, start, again));
    asked.over = true;
  }

  private void begin(Asked asked, Runnable start, Runnable again) {
    if (nanoTime.getAsLong() - asked.nanos <= LONGEST_QUEUE_NANOS) {
      start.run();
    } else if (asked.isAnsweredHere()) {
      // It has stood still, and may be the one that brings the store's answers: nobody waits here.
      again.run();
    } else {
      WaitingThread mine = new WaitingThread();
      waiting = mine;
      again.run();
      mine.await(LONGEST_QUEUE_NANOS);
    }
  }

  /** Nobody needs a thread any more. */
  public void end() {
    WaitingThread thread = waiting;
    if (thread != null) {
      thread.end();
    }
  }
}
