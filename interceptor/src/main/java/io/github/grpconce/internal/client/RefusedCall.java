package io.github.grpconce.internal.client;

import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;

/** A call that ends when it is started, and is never sent. */
public final class RefusedCall<ReqT, RespT> extends EndedCall<ReqT, RespT> {

  private final StatusRuntimeException refusal;

  public RefusedCall(StatusRuntimeException refusal) {
    this.refusal = refusal;
  }

  @Override
  public void start(Listener<RespT> listener, Metadata headers) {
    Metadata trailers = refusal.getTrailers();
    listener.onClose(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
  }
}
