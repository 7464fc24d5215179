package io.github.grpconce.internal.client;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;

/** A call whose request ID is known when it is started. */
public final class IdentifiedCall<ReqT, RespT> extends RequestIdCall<ReqT, RespT> {

  private final RequestId requestId;

  public IdentifiedCall(ClientCall<ReqT, RespT> delegate, RequestId requestId) {
    super(delegate);
    this.requestId = requestId;
  }

  @Override
  public void start(Listener<RespT> listener, Metadata headers) {
    Metadata ownHeaders = copyOf(headers);
    try {
      if (requestIdIn(ownHeaders).isEmpty()) {
        ownHeaders.put(IdempotencyHeaders.REQUEST_ID, requestId.value());
      }
    } catch (StatusRuntimeException refusal) {
      end(listener, refusal);
      return;
    }
    delegate().start(listener, ownHeaders);
  }
}
