package io.github.grpconce.internal.execution;

import com.google.protobuf.ByteString;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.CapturedAnswer;
import io.github.grpconce.internal.answer.Refusals;
import io.github.grpconce.internal.attempt.BufferedRequest;
import io.github.grpconce.internal.attempt.Invocation;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The call as an execution's handler sees it: what it sends is captured.
 *
 * <p>It extends {@link ServerCall} itself, not the forwarding one, so that nothing a handler does
 * here reaches the real call, in any version of gRPC. Compression is one of these things: recorded
 * answers are compressed as the server does by default.
 *
 * <p>Thread-safe, although gRPC doesn't ask for that: a handler's mistake must not become a wrong
 * record.
 */
final class CapturingCall<ReqT, RespT> extends ServerCall<ReqT, RespT> {

  private final Invocation<ReqT, RespT> invocation;
  private final Execution<ReqT, RespT> execution;
  private final int maxResponseBytes;
  private final List<RespT> messages = new ArrayList<>();
  private final List<ByteString> serialised = new ArrayList<>();
  private long responseBytes;
  private @Nullable Metadata headers;
  private boolean closed;

  /** Set when the guard itself ended the call: the handler's further words are ignored. */
  private boolean failed;

  CapturingCall(
      Invocation<ReqT, RespT> invocation, Execution<ReqT, RespT> execution, int maxResponseBytes) {
    this.invocation = invocation;
    this.execution = execution;
    this.maxResponseBytes = maxResponseBytes;
  }

  @Override
  public void request(int numMessages) {
    execution.request(numMessages);
  }

  @Override
  public synchronized void sendHeaders(Metadata responseHeaders) {
    if (failed) {
      return;
    }
    requireState(headers == null, "the headers were sent before");
    requireState(!closed, "the call is closed");
    headers = Answer.copy(responseHeaders);
  }

  @Override
  public void sendMessage(RespT message) {
    answer(captureMessage(message));
  }

  @Override
  public void close(Status status, Metadata trailers) {
    answer(captureClose(status, trailers));
  }

  /** Outside of the lock, because the whole rest of the call may follow from it. */
  private void answer(Optional<CapturedAnswer<RespT>> captured) {
    captured.ifPresent(
        answer -> {
          if (answer.byGuard()) {
            execution.fail(answer);
          } else {
            execution.answer(answer);
          }
        });
  }

  /** Whether more is captured: false ends the loops of handlers that send while it is true. */
  @Override
  public boolean isReady() {
    return !isClosed() && !execution.isAbandoned();
  }

  private synchronized Optional<CapturedAnswer<RespT>> captureMessage(RespT message) {
    if (failed || execution.isAbandoned()) {
      return Optional.empty();
    }
    requireState(headers != null, "the headers were not sent before the first message");
    requireState(!closed, "the call is closed");
    if (isUnary() && !messages.isEmpty()) {
      return fail(Status.INTERNAL.withDescription("the handler sent more than one response"));
    }
    return add(message);
  }

  /** Serialises at once: after the commit it would be too late to find that it can't be done. */
  private Optional<CapturedAnswer<RespT>> add(RespT message) {
    try {
      ByteString bytes = invocation.method().serialise(message);
      responseBytes += BufferedRequest.cost(bytes.size());
      serialised.add(bytes);
      messages.add(invocation.method().parseResponse(bytes));
    } catch (RuntimeException e) {
      return fail(Status.INTERNAL.withDescription("a response can't be serialised").withCause(e));
    }
    if (responseBytes > maxResponseBytes) {
      failed = true;
      return Optional.of(
          CapturedAnswer.byGuard(Answer.refusal(Refusals.responseTooLarge(maxResponseBytes))));
    }
    return Optional.empty();
  }

  private synchronized Optional<CapturedAnswer<RespT>> captureClose(
      Status status, Metadata trailers) {
    if (failed) {
      return Optional.empty();
    }
    requireState(!closed, "the call is closed already");
    closed = true;
    if (status.isOk() && isUnary() && messages.isEmpty()) {
      return fail(Status.INTERNAL.withDescription("the handler completed without a response"));
    }
    return Optional.of(
        CapturedAnswer.byHandler(
            status,
            headers == null ? new Metadata() : headers,
            invocation.method().forEachAttempt(messages, serialised),
            List.copyOf(serialised),
            ownTrailers(trailers)));
  }

  /** A callee's mark of a replay says nothing of this call. */
  private static Metadata ownTrailers(Metadata trailers) {
    Metadata own = Answer.copy(trailers);
    own.discardAll(IdempotencyHeaders.REPLAYED);
    return own;
  }

  private Optional<CapturedAnswer<RespT>> fail(Status status) {
    failed = true;
    return Optional.of(CapturedAnswer.byGuard(status));
  }

  private boolean isUnary() {
    return getMethodDescriptor().getType().serverSendsOneMessage();
  }

  private static void requireState(boolean state, String complaint) {
    if (!state) {
      throw new IllegalStateException(complaint);
    }
  }

  private synchronized boolean hasFailed() {
    return failed;
  }

  synchronized boolean isClosed() {
    return closed || failed;
  }

  @Override
  public boolean isCancelled() {
    return hasFailed() || execution.isAbandoned();
  }

  @Override
  public MethodDescriptor<ReqT, RespT> getMethodDescriptor() {
    return invocation.method().descriptor();
  }

  @Override
  public Attributes getAttributes() {
    return invocation.attributes();
  }

  @Override
  public @Nullable String getAuthority() {
    return invocation.authority();
  }

  @Override
  public SecurityLevel getSecurityLevel() {
    return invocation.securityLevel();
  }
}
