package io.github.grpconce.server;

import io.grpc.Deadline;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One logical operation while it is executed in this process, and the attempts that wait for it.
 *
 * <pre>
 * OPEN ⇄ COMMITTING    the commit failed, and somebody still waits: once more
 *   │        │
 *   └─▶ OVER ◀┘        answered, or everybody has left before the commit
 * </pre>
 *
 * <p>While the commit is under way nobody's leaving stops it. Thread-safe; its lock is never held
 * while anything else is called.
 */
abstract class Operation<RespT> {

  private enum Phase {
    OPEN,
    COMMITTING,
    OVER
  }

  /** What came of an attempt to join. */
  enum Joined {
    YES,
    TOO_MANY,
    OVER
  }

  private final int maxJoiners;
  private final Consumer<Operation<RespT>> onOver;
  private final Set<Attempt<RespT>> waiting = new LinkedHashSet<>();
  private Phase phase = Phase.OPEN;

  /**
   * Makes an operation that nobody waits for yet.
   *
   * @param onOver told when nobody can join any more; perhaps more than once
   */
  Operation(int maxJoiners, Consumer<Operation<RespT>> onOver) {
    this.maxJoiners = maxJoiners;
    this.onOver = onOver;
  }

  /** Begins; after the first attempt has joined. */
  abstract void begin();

  /** Everybody has left: stop. The operation is over; may be called more than once. */
  abstract void stop();

  final synchronized Joined join(Attempt<RespT> attempt) {
    if (phase == Phase.OVER) {
      return Joined.OVER;
    }
    if (waiting.size() > maxJoiners) {
      return Joined.TOO_MANY;
    }
    waiting.add(attempt);
    return Joined.YES;
  }

  final void leave(Attempt<RespT> attempt) {
    if (endsByLeaving(attempt)) {
      onOver.accept(this);
      stop();
    }
  }

  private synchronized boolean endsByLeaving(Attempt<RespT> attempt) {
    waiting.remove(attempt);
    if (phase != Phase.OPEN || !waiting.isEmpty()) {
      return false;
    }
    phase = Phase.OVER;
    return true;
  }

  /** Returns false if the operation is over, so that nothing may be committed. */
  final synchronized boolean beginCommit() {
    if (phase != Phase.OPEN) {
      return false;
    }
    phase = Phase.COMMITTING;
    return true;
  }

  /** After a commit that failed: returns false if nobody waits any more, and it is over. */
  final boolean reopen() {
    boolean open = reopened();
    if (!open) {
      onOver.accept(this);
    }
    return open;
  }

  private synchronized boolean reopened() {
    phase = waiting.isEmpty() || phase == Phase.OVER ? Phase.OVER : Phase.OPEN;
    return phase == Phase.OPEN;
  }

  final synchronized boolean isOver() {
    return phase == Phase.OVER;
  }

  /** Ends the operation: all that wait get the answer. */
  final void finish(Answer<RespT> answer) {
    List<Attempt<RespT>> answered = end();
    onOver.accept(this);
    answered.forEach(attempt -> attempt.answer(answer));
  }

  private synchronized List<Attempt<RespT>> end() {
    phase = Phase.OVER;
    List<Attempt<RespT>> answered = List.copyOf(waiting);
    waiting.clear();
    return answered;
  }

  /** Returns the latest deadline of those who wait; null if one of them has none. */
  final synchronized @Nullable Deadline latestDeadline() {
    Deadline latest = null;
    for (Attempt<RespT> attempt : waiting) {
      Deadline deadline = attempt.deadline();
      if (deadline == null) {
        return null;
      }
      latest = latest == null || latest.isBefore(deadline) ? deadline : latest;
    }
    return latest;
  }

  /**
   * Answers those who have less time left than this, and leaves the others waiting.
   *
   * @return false if nobody waits any more, and it is over
   */
  final boolean dismissBefore(Duration left, Answer<RespT> answer) {
    List<Attempt<RespT>> dismissed = removedBefore(left);
    dismissed.forEach(attempt -> attempt.answer(answer));
    return reopen();
  }

  private synchronized List<Attempt<RespT>> removedBefore(Duration left) {
    List<Attempt<RespT>> removed =
        waiting.stream().filter(attempt -> attempt.hasLessThan(left)).toList();
    removed.forEach(waiting::remove);
    return removed;
  }

  /** Returns whether somebody who waits has a later deadline than this, or none. */
  final synchronized boolean outlasts(Deadline deadline) {
    return waiting.stream()
        .map(Attempt::deadline)
        .anyMatch(other -> other == null || deadline.isBefore(other));
  }
}
