package io.github.grpconce.internal.client;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.Optional;

/** A call that carries a request ID; it ends before it is started if that isn't a valid one. */
abstract class RequestIdCall<ReqT, RespT> extends ForwardingClientCall<ReqT, RespT> {

  /** Read by any thread that cancels. */
  private volatile ClientCall<ReqT, RespT> delegate;

  RequestIdCall(ClientCall<ReqT, RespT> delegate) {
    this.delegate = delegate;
  }

  @Override
  protected final ClientCall<ReqT, RespT> delegate() {
    return delegate;
  }

  /** A copy, so that an ID never slips into another call through headers that are used again. */
  static Metadata copyOf(Metadata headers) {
    Metadata copy = new Metadata();
    copy.merge(headers);
    return copy;
  }

  /**
   * Returns the ID that a call's headers hold already, if they do.
   *
   * @throws StatusRuntimeException if what they hold is no ID
   */
  static Optional<RequestId> requestIdIn(Metadata headers) {
    Iterable<String> values = headers.getAll(IdempotencyHeaders.REQUEST_ID);
    if (values == null) {
      return Optional.empty();
    }
    Iterator<String> value = values.iterator();
    String first = value.next();
    if (value.hasNext()) {
      throw ErrorReason.REQUEST_ID_INVALID.refusal(
          "the headers hold several values of " + IdempotencyHeaders.REQUEST_ID.name());
    }
    try {
      return Optional.of(RequestId.of(first));
    } catch (IllegalArgumentException e) {
      throw ErrorReason.REQUEST_ID_INVALID.refusal(String.valueOf(e.getMessage()));
    }
  }

  final void end(Listener<RespT> listener, StatusRuntimeException refusal) {
    Metadata trailers = refusal.getTrailers();
    end(listener, refusal.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** Ends a call that was not started; whatever is done with it afterwards has no effect. */
  final void end(Listener<RespT> listener, Status status, Metadata trailers) {
    delegate = new EndedCall<>();
    listener.onClose(status, trailers);
  }
}
