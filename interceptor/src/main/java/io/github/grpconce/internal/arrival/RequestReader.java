package io.github.grpconce.internal.arrival;

import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.Refusals;
import io.github.grpconce.internal.attempt.Attempt;
import io.github.grpconce.internal.attempt.BufferedRequest;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.internal.method.GuardedMethod;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.operation.Operation;
import io.github.grpconce.internal.operation.Operations;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads the request of an attempt until the client has sent all of it, and then has the attempt
 * answered. Called by one thread at a time, as gRPC does.
 */
public final class RequestReader<ReqT, RespT> extends ServerCall.Listener<ReqT> {

  private final Settings settings;
  private final Operations operations;
  private final GuardedMethod<ReqT, RespT> method;
  private final ServerCall<ReqT, RespT> call;
  private final Metadata headers;
  private final ServerCallHandler<ReqT, RespT> handler;
  private final Context context = Context.current();
  private final UnaryOperator<Runnable> captured;

  /** Of the attempt alone, until it is answered; the request's share goes on with the request. */
  private final CallMemory.Share memory;

  private final Attempt<RespT> attempt;

  /** Null once the request is refused or another keeps it. */
  private @Nullable BufferedRequest<ReqT> request;

  // Also read by the timer's thread.
  private volatile Optional<Operation<RespT>> operation = Optional.empty();

  public RequestReader(
      Settings settings,
      Operations operations,
      GuardedMethod<ReqT, RespT> method,
      ServerCall<ReqT, RespT> call,
      Metadata headers,
      ServerCallHandler<ReqT, RespT> handler) {
    this.settings = settings;
    this.operations = operations;
    this.method = method;
    this.call = call;
    this.headers = headers;
    this.handler = handler;
    this.captured = settings.capture().get();
    this.memory = settings.memory().share();
    this.attempt = new Attempt<>(call, memory);
    this.request =
        new BufferedRequest<>(
            method, settings.limits().maxRequestBytes(), settings.memory().share());
  }

  /** Asks for one more than a unary call has, as the stubs do: the second would be a mistake. */
  public void start() {
    if (memory.grow(CallMemory.BYTES_OF_A_CALL)) {
      attempt.limitTo(settings.limits().maxWait(), settings.scheduler(), this::endByLimit);
      attempt.request(2);
    } else {
      refuseForLackOfRoom();
    }
  }

  private void refuseForLackOfRoom() {
    settings.log().say(LogLine.OVERLOADED, method.descriptor().getFullMethodName());
    refuse(Refusals.overloaded(settings.limits().pushback()));
  }

  private void refuse(StatusRuntimeException refusal) {
    letGo();
    attempt.refuse(refusal);
  }

  private void letGo() {
    BufferedRequest<ReqT> buffer = request;
    request = null;
    if (buffer != null) {
      buffer.letGo();
    }
  }

  /**
   * Called by any thread, when the attempt's time is over or its context was cancelled. Should it
   * be joining now, it leaves when it has.
   */
  private void endByLimit() {
    Duration maxWait = settings.limits().maxWait();
    Optional<Status> byContext = attempt.endOfContext();
    boolean incomplete =
        attempt.refuseWhileReading(
            byContext
                .map(Refusals::endedIncomplete)
                .orElseGet(() -> Refusals.requestIncomplete(maxWait)));
    if (!incomplete) {
      attempt.refuse(
          byContext
              .map(Status::asRuntimeException)
              .orElseGet(() -> Refusals.waitedTooLong(maxWait)));
    }
    leave();
  }

  /** It may have ended before it could be seen which operation it waits for. */
  private void leaveIfOver() {
    if (attempt.isOver()) {
      leave();
    }
  }

  private void leave() {
    operation.ifPresent(joined -> joined.leave(attempt));
  }

  @Override
  public void onMessage(ReqT message) {
    BufferedRequest<ReqT> buffer = request;
    if (buffer == null || attempt.isOver()) {
      return;
    }
    switch (buffer.add(message)) {
      case TOO_LARGE -> refuse(Refusals.requestTooLarge(settings.limits().maxRequestBytes()));
      case NO_ROOM -> refuseForLackOfRoom();
      case YES -> {
        if (!method.descriptor().getType().clientSendsOneMessage()) {
          attempt.request(1);
        }
      }
    }
  }

  @Override
  public void onHalfClose() {
    BufferedRequest<ReqT> whole = request;
    if (whole != null) {
      attempt.limitToDeadline();
      admit(whole);
    }
  }

  private void admit(BufferedRequest<ReqT> whole) {
    Admission admission =
        Admission.of(
            settings.scope().apply(call, headers),
            headers,
            whole.requestId(),
            method.guard(),
            settings.clock().instant(),
            settings.limits().allowedSkew());
    if (admission.isWithoutRequestId()) {
      settings.unidentifiedRetries().see(method.descriptor(), headers);
    }
    if (admission instanceof Admission.Refused refused) {
      refuse(refused.refusal());
    } else if (admission instanceof Admission.Admitted admitted && attempt.beginWaiting()) {
      operation = operations.enter(invocation(admitted, whole), attempt);
      request = null;
      leaveIfOver();
    } else {
      letGo();
    }
  }

  private Invocation<ReqT, RespT> invocation(
      Admission.Admitted admitted, BufferedRequest<ReqT> complete) {
    return new Invocation<>(
        method,
        handler,
        admitted.scope(),
        admitted.requestId(),
        complete,
        headers,
        context,
        call.getAttributes(),
        call.getAuthority(),
        call.getSecurityLevel(),
        capturedInAll(),
        false);
  }

  /** Interceptors above may keep something around the begin alone, or around each event. */
  private UnaryOperator<Runnable> capturedInAll() {
    UnaryOperator<Runnable> now = settings.capture().get();
    return task -> captured.apply(now.apply(task));
  }

  @Override
  public void onCancel() {
    end();
  }

  @Override
  public void onComplete() {
    end();
  }

  /** Whatever became of the call, nothing of it is kept for its sake. */
  private void end() {
    attempt.ended();
    letGo();
    leave();
  }
}
