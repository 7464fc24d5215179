package io.github.grpconce.internal.execution;

import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.CapturedAnswer;
import io.github.grpconce.internal.answer.HandlerRefusedException;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.internal.handler.Continuations;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.store.StoreError;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.util.Iterator;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One run of a handler: gives it the request, and captures what it answers.
 *
 * <p>The handler is called on the application's executor, by one thread at a time. What it answers
 * counts when the callback that it was given in, if any, has returned: a handler that throws has
 * failed, whatever it said before.
 *
 * <pre>
 * OPEN ── the handler answers, or throws ──▶ ANSWERED    (told once)
 *   └──── abandon() ──▶ ABANDONED                        (never told)
 * </pre>
 */
public final class Execution<ReqT, RespT> {

  private static final Logger LOG = Logger.getLogger(Execution.class.getName());

  private enum Phase {
    OPEN,
    ANSWERED,
    ABANDONED
  }

  private final Invocation<ReqT, RespT> invocation;
  private final CancellableContext context;
  private final Continuations continuations;
  private final Consumer<CapturedAnswer<RespT>> onAnswer;
  private final CapturingCall<ReqT, RespT> call;
  private final SeldomLog log;
  private final Reminder reminder;
  private final SynchronizationContext events =
      new SynchronizationContext((thread, failure) -> logFailure("after its answer", failure));

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicLong requested = new AtomicLong();

  /** The thread that is giving the handler its events, if any. */
  private volatile @Nullable Thread driver;

  // Only used within the synchronization context.
  private ServerCall.@Nullable Listener<ReqT> listener;
  private @Nullable Iterator<ReqT> unread;
  private boolean halfClosed;

  /**
   * Prepares a run.
   *
   * @param settings say how large its answer may be, and by when it should be there
   * @param context the handler's own; cancelled when the execution has ended
   * @param continuations where the handler runs, and what follows from its futures
   * @param onAnswer told once, unless the execution is abandoned first
   */
  public Execution(
      Settings settings,
      Invocation<ReqT, RespT> invocation,
      CancellableContext context,
      Continuations continuations,
      Consumer<CapturedAnswer<RespT>> onAnswer) {
    this.log = settings.log();
    this.invocation = invocation;
    this.context = context;
    this.continuations = continuations.within(context);
    continuations.threads().onBrokenCapture(this::failByCapture);
    this.onAnswer = onAnswer;
    this.call = new CapturingCall<>(invocation, this, settings.limits().maxResponseBytes());
    this.reminder = new Reminder(settings, method(), () -> phase.get() == Phase.OPEN);
  }

  public void start() {
    reminder.start();
    dispatch(this::drive);
  }

  /** Starts in this thread, which the handlers' executor has given. */
  public void startHere() {
    reminder.start();
    events.executeLater(this::drive);
    continuations.threads().run(events::drain);
  }

  /** The handler can take more messages. */
  void request(int messages) {
    requested.addAndGet(messages);
    if (driver != Thread.currentThread()) {
      dispatch(this::drive);
    }
  }

  /** The handler's answer: counts when the callback that is running, if any, has returned. */
  void answer(CapturedAnswer<RespT> answer) {
    events.execute(() -> decide(answer));
  }

  /** The guard's own word in the handler's place: counts at once, whatever the handler does. */
  void fail(CapturedAnswer<RespT> failure) {
    decide(failure);
  }

  boolean isAbandoned() {
    return phase.get() == Phase.ABANDONED;
  }

  /**
   * Ends an execution that came to nothing, unless it has ended: its answer, if there was one, is
   * not sent. The handler is told once, as of a cancelled call.
   */
  public void abandon(String why) {
    if (ended.compareAndSet(false, true)) {
      phase.set(Phase.ABANDONED);
      reminder.stop();
      context.cancel(Status.CANCELLED.withDescription(why).asRuntimeException());
      dispatch(() -> sayFarewell(ServerCall.Listener::onCancel));
    }
  }

  /** Ends an execution whose answer is being sent, unless it was abandoned. */
  public void complete() {
    if (ended.compareAndSet(false, true)) {
      dispatch(() -> sayFarewell(ServerCall.Listener::onComplete));
    }
  }

  private void sayFarewell(Consumer<ServerCall.Listener<ReqT>> farewell) {
    ServerCall.Listener<ReqT> current = listener;
    try {
      if (current != null) {
        context.run(() -> farewell.accept(current));
      }
    } finally {
      context.cancel(null);
    }
  }

  private void dispatch(Runnable event) {
    events.executeLater(event);
    try {
      continuations.threads().execute(events::drain);
    } catch (RejectedExecutionException e) {
      log.say(LogLine.EXECUTOR_REFUSES, method());
      decide(
          CapturedAnswer.byGuard(
              Status.UNAVAILABLE.withDescription("the server is shutting down").withCause(e)));
      // Nobody can tell the handler, but what it has begun in its context ends.
      context.cancel(e);
    }
  }

  private void decide(CapturedAnswer<RespT> answer) {
    if (phase.compareAndSet(Phase.OPEN, Phase.ANSWERED)) {
      reminder.stop();
      onAnswer.accept(answer);
    }
  }

  /** Gives the handler all events that are due. */
  private void drive() {
    driver = Thread.currentThread();
    Context previous = context.attach();
    try {
      if (listener == null) {
        begin();
      }
      while (phase.get() == Phase.OPEN && !call.isClosed() && giveNext()) {
        // The loop's condition does it all.
      }
    } catch (Throwable e) {
      logFailure("with an exception", e);
      decide(answerTo(e));
    } finally {
      context.detach(previous);
      driver = null;
    }
  }

  private void begin() {
    if (phase.get() != Phase.OPEN) {
      return;
    }
    unread = invocation.request().messages().iterator();
    ServerCall.Listener<ReqT> started =
        invocation.handler().startCall(call, Answer.copy(invocation.headers()));
    if (started == null) {
      throw new IllegalStateException("the handler's startCall returned no listener");
    }
    listener = started;
    started.onReady();
  }

  /** Gives the handler one event; returns false if none is due. */
  private boolean giveNext() {
    Iterator<ReqT> rest = unread;
    ServerCall.Listener<ReqT> current = listener;
    if (rest == null || current == null) {
      return false;
    }
    if (rest.hasNext()) {
      if (requested.get() <= 0) {
        return false;
      }
      requested.decrementAndGet();
      current.onMessage(rest.next());
      return true;
    }
    if (halfClosed) {
      return false;
    }
    halfClosed = true;
    current.onHalfClose();
    return true;
  }

  /** As gRPC does: nothing of the exception's text reaches the client, unless it is our own. */
  private static <RespT> CapturedAnswer<RespT> answerTo(Throwable failure) {
    return failure instanceof HandlerRefusedException refused
        ? CapturedAnswer.byGuard(Answer.refusal(refused))
        : CapturedAnswer.byGuard(
            Status.UNKNOWN.withDescription("the handler failed").withCause(failure));
  }

  private void failByCapture(Throwable failure) {
    logFailure("by what carries its caller's thread-locals", failure);
    decide(answerTo(failure));
  }

  /**
   * A store's error that is met with another execution is no news. What is resumed has failed
   * before, and may again and again: it is told of otherwise.
   */
  private void logFailure(String how, Throwable failure) {
    boolean expected =
        isAbandoned()
            || invocation.resumed()
            || StoreError.causing(failure).map(StoreError::isRetryable).orElse(false);
    LOG.log(
        expected ? Level.FINE : Level.WARNING,
        "the handler of " + method() + " ended " + how,
        failure);
  }

  private String method() {
    return invocation.method().descriptor().getFullMethodName();
  }
}
