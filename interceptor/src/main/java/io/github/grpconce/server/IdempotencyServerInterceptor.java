package io.github.grpconce.server;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.Guard;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.arrival.RequestReader;
import io.github.grpconce.internal.execution.HandlerCall;
import io.github.grpconce.internal.method.GuardedMethod;
import io.github.grpconce.internal.method.GuardedMethods;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.operation.Operations;
import io.github.grpconce.internal.steps.Recoverer;
import io.github.grpconce.internal.steps.StepsOperation;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.Optional;

/**
 * Makes guarded calls take effect exactly once, however often they arrive.
 *
 * <pre>{@code
 * IdempotencyServerInterceptor idempotency =
 *     IdempotencyServerInterceptor.newBuilder(database, subspace).build();
 * serverBuilder.addService(idempotency.guard(new PaymentService()));
 * }</pre>
 *
 * <p>Registered so, per service, it is innermost, as it should be: all that is below it runs again
 * with every execution of a handler, and all that is above it runs with every attempt, replays
 * included. What authorises calls therefore stands above it. What turns a handler's exceptions into
 * statuses stands below it: above, it sees none, because an exception is answered as gRPC does it,
 * with UNKNOWN. It can also be given to a server's {@code intercept}, and then reads each method's
 * guard at the method's first call.
 *
 * <p>Executions in STEPS mode whose server died, and whose client doesn't come back, are resumed by
 * any interceptor that guards the service in this way, until it is closed. Such an execution sees
 * the request and the stored headers, without credentials; interceptors above the guard don't see
 * it, and {@link ServerInterceptorBuilder#resumedContext} does what they do for it.
 *
 * <p>Calls of methods that aren't guarded pass through untouched. Thread-safe.
 */
public final class IdempotencyServerInterceptor implements ServerInterceptor, AutoCloseable {

  private final Settings settings;
  private final GuardedMethods methods;
  private final Operations operations;
  private final Recoverer recoverer;
  private final ResumedContext resumedContext;

  IdempotencyServerInterceptor(
      Settings settings, GuardedMethods methods, ResumedContext resumedContext) {
    this.settings = settings;
    this.methods = methods;
    this.resumedContext = resumedContext;
    this.operations = new Operations(settings, StepsOperation::new);
    this.recoverer = new Recoverer(settings, operations);
  }

  /**
   * Returns a builder.
   *
   * @param database where the records are and where handlers' transactions begin
   * @param subspace holds the records, and nothing else; servers of one service share it. While it
   *     holds other keys, as far as can be seen with a few reads, calls are refused with {@link
   *     io.github.grpconce.ErrorReason#RECORD_UNREADABLE}; the whole database is refused when the
   *     interceptor is built
   */
  public static ServerInterceptorBuilder newBuilder(Database database, Subspace subspace) {
    return new ServerInterceptorBuilder(database, subspace);
  }

  /**
   * Returns a service whose guarded methods are guarded.
   *
   * @throws IllegalArgumentException if a method can't have the guard that it declares
   */
  public ServerServiceDefinition guard(BindableService service) {
    return guard(service.bindService());
  }

  /** Returns a service whose guarded methods are guarded; see {@link #guard(BindableService)}. */
  public ServerServiceDefinition guard(ServerServiceDefinition service) {
    methods.check(service);
    service.getMethods().forEach(this::resumeIfInSteps);
    return ServerInterceptors.intercept(service, this);
  }

  private <ReqT, RespT> void resumeIfInSteps(ServerMethodDefinition<ReqT, RespT> definition) {
    methods
        .find(definition.getMethodDescriptor())
        .filter(method -> method.guard().mode() == Guard.Mode.STEPS)
        .ifPresent(method -> recoverer.add(method, restored(definition.getServerCallHandler())));
  }

  /** A handler that is resumed within the context that the application restores for it. */
  private <ReqT, RespT> ServerCallHandler<ReqT, RespT> restored(
      ServerCallHandler<ReqT, RespT> handler) {
    return (call, headers) -> {
      Context context =
          resumedContext.restore(
              Context.current(),
              call.getMethodDescriptor(),
              IdempotentCall.current().scope(),
              Answer.copy(headers));
      return Contexts.interceptCall(context, call, headers, handler);
    };
  }

  /**
   * Stops looking for executions to resume. What is being executed goes on, and calls are served as
   * before.
   */
  @Override
  public void close() {
    recoverer.close();
  }

  /**
   * Returns how many attempts of unsafe methods were, by gRPC's own word, retries or hedges without
   * a request ID, since this interceptor was built. Above 0, some client's configuration is unsafe;
   * the log names the methods.
   */
  public long retriesWithoutRequestId() {
    return settings.unidentifiedRetries().count();
  }

  /**
   * Returns how much the calls under way take of what {@link
   * ServerInterceptorBuilder#maxBufferedBytes} allows them.
   */
  public long bufferedBytes() {
    return settings.memory().taken();
  }

  /**
   * Returns how many executions in STEPS mode this interceptor has left {@linkplain
   * ServerInterceptorBuilder#stalledAfter stalled} since it was built.
   */
  public long stalledExecutions() {
    return settings.steps().log().stalledExecutions();
  }

  /** How many operations are kept because others could join them. */
  int operations() {
    return operations.size();
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    if (HandlerCall.current() != null) {
      // A guard above executes this very call: joining it here would be to wait for itself.
      return next.startCall(call, headers);
    }
    Optional<GuardedMethod<ReqT, RespT>> method;
    try {
      method = methods.find(call.getMethodDescriptor());
    } catch (IllegalArgumentException e) {
      call.close(Status.UNIMPLEMENTED.withDescription(e.getMessage()).withCause(e), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    if (method.isEmpty()) {
      if (methods.isExposed(call.getMethodDescriptor())
          && !headers.containsKey(IdempotencyHeaders.REQUEST_ID)) {
        settings.unidentifiedRetries().see(call.getMethodDescriptor(), headers);
      }
      return next.startCall(call, headers);
    }
    RequestReader<ReqT, RespT> reader =
        new RequestReader<>(settings, operations, method.get(), call, headers, next);
    reader.start();
    return reader;
  }
}
