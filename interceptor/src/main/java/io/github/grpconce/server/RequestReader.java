package io.github.grpconce.server;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the request of an attempt until the client has sent all of it, and then has the attempt
 * answered. Called by one thread at a time, as gRPC does.
 */
final class RequestReader<ReqT, RespT> extends ServerCall.Listener<ReqT> {

  private final Settings settings;
  private final Operations operations;
  private final GuardedMethod<ReqT, RespT> method;
  private final ServerCall<ReqT, RespT> call;
  private final Metadata headers;
  private final ServerCallHandler<ReqT, RespT> handler;
  private final Context context = Context.current();
  private final Attempt<RespT> attempt;

  /** Null once the request is refused or complete. */
  private @Nullable BufferedRequest<ReqT> request;

  private Optional<Operation<RespT>> operation = Optional.empty();

  RequestReader(
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
    this.attempt = new Attempt<>(call);
    this.request = new BufferedRequest<>(method, settings.limits().maxRequestBytes());
  }

  /** Asks for one more than a unary call has, as the stubs do: the second would be a mistake. */
  void start() {
    attempt.request(2);
  }

  @Override
  public void onMessage(ReqT message) {
    BufferedRequest<ReqT> buffer = request;
    if (buffer == null) {
      return;
    }
    if (!buffer.add(message)) {
      request = null;
      attempt.refuse(Refusals.requestTooLarge(settings.limits().maxRequestBytes()));
    } else if (!method.descriptor().getType().clientSendsOneMessage()) {
      attempt.request(1);
    }
  }

  @Override
  public void onHalfClose() {
    BufferedRequest<ReqT> complete = request;
    request = null;
    if (complete == null) {
      return;
    }
    Admission admission =
        Admission.of(
            settings.scope().find(call, headers),
            headers,
            complete.requestId(),
            method.guard(),
            settings.clock().instant(),
            settings.limits().allowedSkew());
    if (admission.isWithoutRequestId()) {
      settings.unidentifiedRetries().see(method.descriptor(), headers);
    }
    if (admission instanceof Admission.Refused refused) {
      attempt.refuse(refused.refusal());
    } else if (admission instanceof Admission.Admitted admitted) {
      operation = operations.enter(invocation(admitted, complete), attempt);
      operation.ifPresent(this::limitWait);
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
        call.getSecurityLevel());
  }

  private void limitWait(Operation<RespT> joined) {
    attempt.limitTo(
        settings.limits().maxWait(),
        settings.scheduler(),
        () -> {
          attempt.refuse(Refusals.waitedTooLong(settings.limits().maxWait()));
          joined.leave(attempt);
        });
  }

  @Override
  public void onCancel() {
    attempt.cancelled();
    operation.ifPresent(joined -> joined.leave(attempt));
  }
}
