package io.github.grpconce.simulation.defect;

import io.github.grpconce.Guard;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.server.CallerScope;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.server.ServerInterceptorBuilder;
import io.github.grpconce.simulation.shop.Purchase;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.HashSet;
import java.util.Set;

/** Mistakes with who calls whom, and under which ID. */
final class CallDefects {

  private CallDefects() {}

  static final class BusyForEver extends Defect {
    @Override
    public ServerInterceptorBuilder interceptor(ServerInterceptorBuilder builder) {
      Set<Status.Code> codes = new HashSet<>(Guard.DEFAULT_FINAL_FAILURES);
      codes.add(Status.Code.RESOURCE_EXHAUSTED);
      Guard guard = Guard.transaction().withFinalFailures(codes);
      return builder
          .guard(Purchase.CHARGE, guard)
          .guard(Purchase.DEPOSIT, guard)
          .guard(Purchase.ORDER, guard);
    }
  }

  static final class FreshChildren extends Defect implements ClientInterceptor {
    private long calls;

    @Override
    public Channel channel(Channel channel) {
      return ClientInterceptors.intercept(channel, this);
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      RequestId fresh = RequestId.of("call-at-tick-" + ++calls);
      return next.newCall(
          method, options.withOption(IdempotencyClientInterceptor.REQUEST_ID, fresh));
    }
  }

  static final class SharedScope extends Defect {
    @Override
    public ServerInterceptorBuilder interceptor(ServerInterceptorBuilder builder) {
      return builder.scope(CallerScope.shared());
    }
  }

  /** A resumed execution has no client, and so no authority. */
  static final class FreshAfterRecovery extends Defect
      implements ClientInterceptor, ServerInterceptor {
    private static final Context.Key<Boolean> RESUMED = Context.key("resumed");

    private long calls;

    @Override
    public ServerServiceDefinition guarded(
        IdempotencyServerInterceptor guard, BindableService service) {
      return guard.guard(ServerInterceptors.intercept(service, this));
    }

    @Override
    public Channel channel(Channel channel) {
      return ClientInterceptors.intercept(channel, this);
    }

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      Context context = Context.current().withValue(RESUMED, call.getAuthority() == null);
      return Contexts.interceptCall(context, call, headers, next);
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      if (!RESUMED.get()) {
        return next.newCall(method, options);
      }
      RequestId fresh = RequestId.of("recovery-" + ++calls);
      return next.newCall(
          method, options.withOption(IdempotencyClientInterceptor.REQUEST_ID, fresh));
    }
  }
}
