package io.github.grpconce.simulation.defect;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets a duplicate join as soon as an execution has answered: two interceptors around the guard,
 * one of which sees what an execution says, and the other answers a duplicate with it.
 */
final class StaleJoiners extends Defect {

  private final Map<String, Object> said = new HashMap<>();

  @Override
  public ServerServiceDefinition guarded(
      IdempotencyServerInterceptor guard, BindableService service) {
    ServerServiceDefinition overheard =
        ServerInterceptors.intercept(service.bindService(), new Overhear());
    return ServerInterceptors.intercept(guard.guard(overheard), new AnswerJoiners());
  }

  private static String operation(ServerCall<?, ?> call, Metadata headers) {
    return call.getMethodDescriptor().getFullMethodName()
        + headers.get(IdempotencyHeaders.REQUEST_ID);
  }

  /** Below the guard: what an execution answers. */
  private final class Overhear implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      return next.startCall(new Overheard<>(call, operation(call, headers)), headers);
    }
  }

  private final class Overheard<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
    private final String operation;

    Overheard(ServerCall<ReqT, RespT> call, String operation) {
      super(call);
      this.operation = operation;
    }

    @Override
    public void sendMessage(RespT message) {
      said.putIfAbsent(operation, message);
      super.sendMessage(message);
    }
  }

  /** Above the guard: forgets what was said when the operation is over. */
  private final class AnswerJoiners implements ServerInterceptor {
    @Override
    @SuppressWarnings("unchecked") // The operation names the method, and so the type.
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      String operation = operation(call, headers);
      Object stale = said.get(operation);
      if (stale == null) {
        return next.startCall(new Forgetting<>(call, operation), headers);
      }
      call.request(2);
      return new StaleAnswer<>(call, (RespT) stale);
    }
  }

  private final class Forgetting<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
    private final String operation;

    Forgetting(ServerCall<ReqT, RespT> call, String operation) {
      super(call);
      this.operation = operation;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      said.remove(operation);
      super.close(status, trailers);
    }
  }

  private static final class StaleAnswer<ReqT, RespT> extends ServerCall.Listener<ReqT> {
    private final ServerCall<ReqT, RespT> call;
    private final RespT message;

    StaleAnswer(ServerCall<ReqT, RespT> call, RespT message) {
      this.call = call;
      this.message = message;
    }

    @Override
    public void onHalfClose() {
      call.sendHeaders(new Metadata());
      call.sendMessage(message);
      call.close(Status.OK, new Metadata());
    }
  }
}
