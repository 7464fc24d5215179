package io.github.grpconce.simulation.defect;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.simulation.network.Network;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers a request ID for good with what it was answered first, whatever the request is: an
 * interceptor above the guard.
 */
final class AnsweredByIdAlone extends Defect implements ServerInterceptor {

  private final Map<String, List<Object>> answers = new HashMap<>();

  @Override
  public ServerServiceDefinition guarded(
      IdempotencyServerInterceptor guard, BindableService service) {
    return ServerInterceptors.intercept(guard.guard(service), this);
  }

  @Override
  @SuppressWarnings("unchecked") // The operation names the method, and so the type.
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    String operation =
        call.getMethodDescriptor().getFullMethodName()
            + headers.get(Network.CALLER)
            + headers.get(IdempotencyHeaders.REQUEST_ID);
    List<Object> known = answers.get(operation);
    if (known == null) {
      return next.startCall(new Remembering<>(call, operation), headers);
    }
    call.request(Integer.MAX_VALUE);
    return new Known<>(call, (List<RespT>) known);
  }

  private final class Remembering<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
    private final String operation;
    private final List<Object> messages = new ArrayList<>();

    Remembering(ServerCall<ReqT, RespT> call, String operation) {
      super(call);
      this.operation = operation;
    }

    @Override
    public void sendMessage(RespT message) {
      messages.add(message);
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (status.isOk()) {
        answers.putIfAbsent(operation, messages);
      }
      super.close(status, trailers);
    }
  }

  private static final class Known<ReqT, RespT> extends ServerCall.Listener<ReqT> {
    private final ServerCall<ReqT, RespT> call;
    private final List<RespT> answer;

    Known(ServerCall<ReqT, RespT> call, List<RespT> answer) {
      this.call = call;
      this.answer = answer;
    }

    @Override
    public void onHalfClose() {
      call.sendHeaders(new Metadata());
      answer.forEach(call::sendMessage);
      call.close(Status.OK, new Metadata());
    }
  }
}
