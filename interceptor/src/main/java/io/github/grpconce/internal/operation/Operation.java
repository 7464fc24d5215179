package io.github.grpconce.internal.operation;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.Failures;
import io.github.grpconce.internal.attempt.Attempt;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.internal.method.Settings;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
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
public abstract class Operation<RespT> {

  public static final String NOBODY_WAITS = "nobody waits for it any more";

  private static final Logger LOG = Logger.getLogger(Operation.class.getName());

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

  private final Failures failures;
  private final int maxJoiners;
  private final Consumer<Operation<RespT>> onOver;
  private final Set<Attempt<RespT>> waiting = new LinkedHashSet<>();
  private Phase phase = Phase.OPEN;

  /**
   * Makes an operation that nobody waits for yet.
   *
   * @param onOver told when nobody can join any more; perhaps more than once
   */
  public Operation(Failures failures, int maxJoiners, Consumer<Operation<RespT>> onOver) {
    this.failures = failures;
    this.maxJoiners = maxJoiners;
    this.onOver = onOver;
  }

  /** Begins; after the first attempt has joined. */
  public abstract void begin();

  /** Everybody has left: stop. The operation is over; may be called more than once. */
  public abstract void stop();

  /** Ends with an answer that is not the handler's: its execution, if any, came to nothing. */
  public abstract void end(Answer<RespT> answer);

  /** What callers and operators are told when something fails. */
  protected final Failures failures() {
    return failures;
  }

  /** Returns the failures of an operation. */
  protected static Failures failures(Settings settings, Invocation<?, ?> invocation) {
    return new Failures(
        settings.log(),
        invocation.method().descriptor().getFullMethodName(),
        settings.limits().pushback());
  }

  /** Ends because something failed: with what callers are told of that. */
  public final void fail(Throwable failure) {
    end(failures.answer(failure));
  }

  /**
   * Goes on with one of two stages when a future has completed.
   *
   * @return completes as the future does, when that stage is over or was left out
   */
  @CanIgnoreReturnValue
  public final <T> CompletableFuture<T> after(
      CompletableFuture<T> future, Consumer<T> next, Consumer<Throwable> onFailure) {
    return future.whenComplete(
        (value, failure) ->
            proceed(failure == null ? () -> next.accept(value) : () -> onFailure.accept(failure)));
  }

  /** Runs a stage, unless it is over; nothing that it throws is lost. */
  public final void proceed(Runnable stage) {
    if (isOver()) {
      overtaken();
      return;
    }
    try {
      stage.run();
    } catch (RuntimeException | Error e) {
      // If it was stopped meanwhile, the stage found its transaction closed: nothing to report.
      if (!isOver() && !Failures.isKnown(e)) {
        LOG.log(Level.WARNING, "a guarded call failed within its guard", e);
      }
      fail(e);
    }
  }

  /** It was over before its next stage. */
  public void overtaken() {}

  public final synchronized Joined join(Attempt<RespT> attempt) {
    if (phase == Phase.OVER) {
      return Joined.OVER;
    }
    if (waiting.size() > maxJoiners) {
      return Joined.TOO_MANY;
    }
    waiting.add(attempt);
    return Joined.YES;
  }

  public final void leave(Attempt<RespT> attempt) {
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
  public final synchronized boolean beginCommit() {
    if (phase != Phase.OPEN) {
      return false;
    }
    phase = Phase.COMMITTING;
    return true;
  }

  /** After a commit that failed: returns false if nobody waits any more, and it is over. */
  public final boolean reopen() {
    boolean open = reopened();
    if (!open) {
      onOver.accept(this);
    }
    return open;
  }

  /** Of an operation that is over, nobody waits. */
  private synchronized boolean reopened() {
    phase = waiting.isEmpty() ? Phase.OVER : Phase.OPEN;
    return phase == Phase.OPEN;
  }

  public final synchronized boolean isOver() {
    return phase == Phase.OVER;
  }

  /** Ends the operation: all that wait get the answer. */
  public final void finish(Answer<RespT> answer) {
    failures.note(answer);
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
  public final synchronized @Nullable Deadline latestDeadline() {
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
  public final boolean dismissBefore(Duration left, Answer<RespT> answer) {
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

  public final synchronized boolean isWaitedFor() {
    return !waiting.isEmpty();
  }

  /** Returns whether somebody who waits has a later deadline than this, or none. */
  public final synchronized boolean outlasts(Deadline deadline) {
    return waiting.stream()
        .map(Attempt::deadline)
        .anyMatch(other -> other == null || deadline.isBefore(other));
  }
}
