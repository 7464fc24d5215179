package io.github.grpconce.demo.order;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;

/** Loses the answers of the next calls, after the server has done all that they ask for. */
final class LostAnswers implements ServerInterceptor {

  private final AtomicInteger left = new AtomicInteger();

  void loseNext(int answers) {
    left.set(answers);
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    boolean lost = left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    return next.startCall(lost ? new LosingCall<>(call) : call, headers);
  }

  private static final class LosingCall<ReqT, RespT>
      extends SimpleForwardingServerCall<ReqT, RespT> {

    private LosingCall(ServerCall<ReqT, RespT> call) {
      super(call);
    }

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(RespT message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(Status.UNAVAILABLE.withDescription("lost on the way"), new Metadata());
    }
  }
}
