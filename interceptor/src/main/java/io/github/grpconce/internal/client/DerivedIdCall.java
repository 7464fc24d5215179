package io.github.grpconce.internal.client;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * A call under an ID that was derived from a guarded execution: if the callee knows the ID with
 * other content, the execution is broken before the handler hears of it.
 */
public final class DerivedIdCall<ReqT, RespT> extends SimpleForwardingClientCall<ReqT, RespT> {

  private final GuardedExecution execution;
  private final RequestId derived;
  private final String method;

  public DerivedIdCall(
      ClientCall<ReqT, RespT> delegate,
      GuardedExecution execution,
      RequestId derived,
      String method) {
    super(delegate);
    this.execution = execution;
    this.derived = derived;
    this.method = method;
  }

  @Override
  public void start(Listener<RespT> listener, Metadata headers) {
    // The headers may have held somebody else's ID.
    boolean counts = derived.value().equals(headers.get(IdempotencyHeaders.REQUEST_ID));
    super.start(counts ? new Watched(listener) : listener, headers);
  }

  private final class Watched extends SimpleForwardingClientCallListener<RespT> {

    Watched(Listener<RespT> listener) {
      super(listener);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!status.isOk()) {
        ErrorReason.of(status.asRuntimeException(trailers))
            .ifPresent(reason -> note(reason, status));
      }
      super.onClose(status, trailers);
    }

    private void note(ErrorReason reason, Status refusal) {
      execution.refused(refusal, reason);
      if (reason == ErrorReason.REQUEST_ID_REUSED) {
        execution.breakOff(method);
      }
    }
  }
}
