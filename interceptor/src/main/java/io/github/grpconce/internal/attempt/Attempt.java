package io.github.grpconce.internal.attempt;

import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.method.CallMemory;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One arrival of a guarded call: owns the real call and all use of it, and answers it once.
 *
 * <p>The call is used within a {@link SynchronizationContext} alone, because answers come from
 * other threads than the transport's. They are sent in the attempt's own {@link Context}, as
 * handlers send theirs: what stands above must not take one caller for another that has joined.
 */
public final class Attempt<RespT> {

  private static final Logger LOG = Logger.getLogger(Attempt.class.getName());

  private final ServerCall<?, RespT> call;
  private final CallMemory.Share memory;
  private final Context context = Context.current();
  private final @Nullable Deadline deadline = context.getDeadline();
  private final SynchronizationContext calls =
      new SynchronizationContext(
          (thread, failure) -> LOG.log(Level.WARNING, "an answer could not be sent", failure));

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.READING);
  private final Context.CancellationListener onCancelled = this::cancelled;

  // Only used within the synchronization context.
  private @Nullable Limit limit;
  private @Nullable Future<?> timer;

  /** How far it has come. Whoever moves it on has the right to do what belongs to that. */
  private enum Phase {
    /** Its request isn't complete. */
    READING,
    /** It waits for an operation, or will in a moment. */
    WAITING,
    /** It is answered, or the client has gone: nothing of it starts an execution any more. */
    OVER
  }

  /** What limits an attempt: it has what is scheduled for it, and is told of the end. */
  private record Limit(ScheduledExecutorService scheduler, Runnable onLimit) {}

  /**
   * Makes an attempt.
   *
   * @param memory what it is counted in until it is answered
   */
  public Attempt(ServerCall<?, RespT> call, CallMemory.Share memory) {
    this.call = call;
    this.memory = memory;
  }

  /** By when the client wants the answer, if it said so. */
  public @Nullable Deadline deadline() {
    return deadline;
  }

  /** Why the attempt ends although nobody has answered it, if its context says so. */
  public Optional<Status> endOfContext() {
    if (context.isCancelled()) {
      return Optional.of(Contexts.statusFromCancelled(context));
    }
    return deadline != null && deadline.isExpired()
        ? Optional.of(Status.DEADLINE_EXCEEDED.withDescription("the call's deadline is over"))
        : Optional.empty();
  }

  /** Whether the client's deadline is nearer than this. */
  public boolean hasLessThan(Duration left) {
    return deadline != null && deadline.timeRemaining(TimeUnit.NANOSECONDS) < left.toNanos();
  }

  public void request(int messages) {
    calls.execute(() -> call.request(messages));
  }

  /** Sends the answer, unless another was sent before or the client has gone. */
  public void answer(Answer<RespT> answer) {
    if (phase.getAndSet(Phase.OVER) != Phase.OVER) {
      calls.execute(() -> close(answer));
    }
  }

  public void refuse(StatusRuntimeException refusal) {
    answer(Answer.refusal(refusal));
  }

  /**
   * The request is complete. After this, nothing can be said of what was done of it.
   *
   * @return false if the attempt is over, so that nothing of it may be begun
   */
  public boolean beginWaiting() {
    return phase.compareAndSet(Phase.READING, Phase.WAITING);
  }

  /**
   * Refuses the attempt before its request is complete.
   *
   * @return false if it is complete, and the refusal wasn't sent
   */
  public boolean refuseWhileReading(StatusRuntimeException refusal) {
    boolean first = phase.compareAndSet(Phase.READING, Phase.OVER);
    if (first) {
      calls.execute(() -> close(Answer.refusal(refusal)));
    }
    return first;
  }

  public boolean isOver() {
    return phase.get() == Phase.OVER;
  }

  /** The call is over: the client has its answer, or has gone. */
  public void ended() {
    phase.set(Phase.OVER);
    calls.execute(this::letGo);
  }

  /**
   * Bounds the attempt, by its deadline if that is nearer. A deadline that an interceptor has put
   * into the context is nobody's but ours to keep; and so is the end of that context.
   *
   * @param onLimit told once, of either end or of both
   */
  public void limitTo(Duration longest, ScheduledExecutorService scheduler, Runnable onLimit) {
    calls.execute(
        () -> {
          limit = new Limit(scheduler, onLimit);
          schedule(limit, hasLessThan(longest) ? leftOfDeadline() : longest.toNanos());
          context.addListener(onCancelled, Runnable::run);
        });
  }

  /** The client may wait as long as it said, if it said so. */
  public void limitToDeadline() {
    if (deadline != null) {
      calls.execute(this::limitAnew);
    }
  }

  private void limitAnew() {
    stopTimer();
    if (limit != null && !isOver()) {
      schedule(limit, leftOfDeadline());
    }
  }

  private long leftOfDeadline() {
    return deadline == null ? 0 : Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }

  private void schedule(Limit to, long nanos) {
    timer = to.scheduler().schedule(to.onLimit(), nanos, TimeUnit.NANOSECONDS);
  }

  /** Also called when gRPC itself ends the context, at the end of the call. */
  private void cancelled(Context ended) {
    if (!isOver()) {
      calls.execute(
          () -> {
            if (limit != null) {
              limit.onLimit().run();
            }
          });
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** What is kept for an attempt's sake. */
  private void letGo() {
    stopTimer();
    limit = null;
    context.removeListener(onCancelled);
    memory.release();
  }

  private void close(Answer<RespT> answer) {
    letGo();
    context.run(() -> send(answer));
  }

  private void send(Answer<RespT> answer) {
    try {
      if (answer.status().isOk()) {
        call.sendHeaders(Answer.copy(answer.headers()));
        answer.messages().forEach(call::sendMessage);
      }
      call.close(answer.status(), Answer.copy(answer.trailers()));
    } catch (RuntimeException | Error e) {
      // The client must not wait for what can't be sent.
      LOG.log(Level.WARNING, "an answer could not be sent", e);
      call.close(
          Status.INTERNAL.withDescription("the answer could not be sent"),
          Answer.copy(answer.trailers()));
    }
  }
}
