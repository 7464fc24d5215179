package io.github.grpconce.client;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Iterator;

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

  /** Starts the real call with headers that hold what is to be its request ID, or nothing. */
  final void startChecked(Listener<RespT> listener, Metadata headers) {
    try {
      check(headers);
    } catch (IllegalArgumentException e) {
      var refusal = ErrorReason.REQUEST_ID_INVALID.refusal(String.valueOf(e.getMessage()));
      end(listener, refusal.getStatus().withCause(e), refusal.getTrailers());
      return;
    }
    delegate.start(listener, headers);
  }

  private static void check(Metadata headers) {
    Iterable<String> values = headers.getAll(IdempotencyHeaders.REQUEST_ID);
    if (values == null) {
      return;
    }
    Iterator<String> value = values.iterator();
    RequestId.of(value.next());
    if (value.hasNext()) {
      throw new IllegalArgumentException(
          "the headers hold several values of " + IdempotencyHeaders.REQUEST_ID.name());
    }
  }

  /** Ends a call that was not started; whatever is done with it afterwards has no effect. */
  final void end(Listener<RespT> listener, Status status, Metadata trailers) {
    delegate = new EndedCall<>();
    listener.onClose(status, trailers);
  }
}
