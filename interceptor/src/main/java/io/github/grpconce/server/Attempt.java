package io.github.grpconce.server;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
final class Attempt<RespT> {

  private static final Logger LOG = Logger.getLogger(Attempt.class.getName());

  private final ServerCall<?, RespT> call;
  private final CallMemory.Share memory;
  private final Context context = Context.current();
  private final @Nullable Deadline deadline = context.getDeadline();
  private final SynchronizationContext calls =
      new SynchronizationContext(
          (thread, failure) -> LOG.log(Level.WARNING, "an answer could not be sent", failure));

  // Only used within the synchronization context.
  private boolean over;
  private @Nullable Future<?> limit;

  /**
   * Makes an attempt.
   *
   * @param memory what it is counted in until it is answered
   */
  Attempt(ServerCall<?, RespT> call, CallMemory.Share memory) {
    this.call = call;
    this.memory = memory;
  }

  /** By when the client wants the answer, if it said so. */
  @Nullable Deadline deadline() {
    return deadline;
  }

  /** Whether the client's deadline is nearer than this. */
  boolean hasLessThan(Duration left) {
    return deadline != null && deadline.timeRemaining(TimeUnit.NANOSECONDS) < left.toNanos();
  }

  void request(int messages) {
    calls.execute(() -> call.request(messages));
  }

  /** Sends the answer, unless another was sent before or the client has gone. */
  void answer(Answer<RespT> answer) {
    calls.execute(
        () -> {
          if (end()) {
            context.run(() -> send(answer));
          }
        });
  }

  void refuse(StatusRuntimeException refusal) {
    answer(Answer.refusal(refusal));
  }

  /** The call is over: the client has its answer, or has gone. */
  void ended() {
    calls.execute(this::end);
  }

  /** Bounds the attempt, unless the client's own deadline is nearer. */
  void limitTo(Duration maxWait, ScheduledExecutorService scheduler, Runnable onLimit) {
    if (hasLessThan(maxWait)) {
      return;
    }
    calls.execute(
        () -> limit = scheduler.schedule(onLimit, maxWait.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** The client may wait as long as it said, if it said so. */
  void leaveToDeadline() {
    if (deadline != null) {
      calls.execute(this::endLimit);
    }
  }

  private void endLimit() {
    if (limit != null) {
      limit.cancel(false);
    }
  }

  /** Returns whether the attempt was still open. */
  private boolean end() {
    boolean wasOpen = !over;
    over = true;
    endLimit();
    memory.release();
    return wasOpen;
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
