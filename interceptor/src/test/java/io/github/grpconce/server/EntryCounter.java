package io.github.grpconce.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands above a guard and counts the attempts that have reached it, and those that have left. */
final class EntryCounter implements ServerInterceptor {

  private final AtomicInteger entered = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();

  /** How many whole requests the guard has been given. */
  int entered() {
    return entered.get();
  }

  /** How many cancellations the guard has been told of. */
  int left() {
    return left.get();
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    return new CountingListener<>(next.startCall(call, headers));
  }

  private final class CountingListener<ReqT> extends SimpleForwardingServerCallListener<ReqT> {

    CountingListener(ServerCall.Listener<ReqT> delegate) {
      super(delegate);
    }

    @Override
    public void onHalfClose() {
      super.onHalfClose();
      entered.incrementAndGet();
    }

    @Override
    public void onCancel() {
      super.onCancel();
      left.incrementAndGet();
    }
  }
}
