package io.github.grpconce.embedded;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * When and where the futures of a database's users are completed.
 *
 * @param network hands them over to their executors, never in the asking thread
 * @param own the database's own pool, which is one as well
 * @param atOnce whether what can be answered at once is given as a completed future
 */
record Completions(Executor network, Executor own, boolean atOnce) {
  /** Whoever gives the time gives the thread, too: with virtual time a run has but one. */
  static Executor network(Timeline timeline) {
    if (timeline instanceof SystemTimeline) {
      return new NetworkThread();
    }
    return timeline instanceof VirtualTime time
        ? time
        : task -> timeline.schedule(Duration.ZERO, task);
  }

  /** The futures of a transaction with this executor. */
  UserFutures on(Executor executor) {
    return new UserFutures(handingOver(executor), atOnce);
  }

  /**
   * An executor may run its tasks at once, or look at the thread that gives them to it. It is never
   * asked in a thread that asked something of the database, or that holds a lock; unless futures
   * are to be completed at once.
   */
  Executor handingOver(Executor executor) {
    return atOnce || executor == own || executor instanceof VirtualTime
        ? executor
        : task -> network.execute(() -> executor.execute(task));
  }
}
