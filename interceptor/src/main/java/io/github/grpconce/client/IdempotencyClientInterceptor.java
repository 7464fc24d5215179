package io.github.grpconce.client;

import io.github.grpconce.Guard;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.RequestIdField;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives every call that may change something a request ID, which all its attempts share.
 *
 * <pre>{@code
 * ManagedChannel channel =
 *     NettyChannelBuilder.forTarget(target)
 *         .intercept(IdempotencyClientInterceptor.create())
 *         .defaultServiceConfig(RetryServiceConfig.forServices(PaymentServiceGrpc.getServiceDescriptor()))
 *         .neverIndexMetadataKey(IdempotencyHeaders.REQUEST_ID)
 *         .build();
 * }</pre>
 *
 * <p>The ID is the first of these that is there:
 *
 * <ol>
 *   <li>what the call's headers already hold, if another interceptor has set it;
 *   <li>{@link #REQUEST_ID} in the call's options;
 *   <li>that of the gRPC {@link Context} (see {@link #withRequestId}), or its child of the name
 *       {@link #LABEL};
 *   <li>a child of the {@link GuardedExecution} from which the call is made: that of the name
 *       {@link #LABEL}, or else the next of the callee's method;
 *   <li>the request's own field {@code request_id} (AIP-155), if the call sends one message;
 *   <li>a new random one.
 * </ol>
 *
 * <p>It is set before the call is started, on a copy of the headers, and never touched again: gRPC
 * sends the headers of a call with each of its attempts, so that retries, hedges and transparent
 * retries all carry it. An application that retries by itself starts a new call each time, and must
 * keep the ID across them, in the options or in the context. So must an interceptor that retries,
 * unless it is below this one: given to {@code intercept} before it.
 *
 * <p>Methods whose descriptor says that they have no side effects get no ID, nor do bidirectional
 * ones, which can't be guarded: those calls are not touched at all. Methods without a guard in
 * their descriptor do get one. A client can be older than its server's {@code .proto}, and a server
 * can guard a method that its {@code .proto} doesn't; whoever knows nothing of the header ignores
 * it. Nothing else about a call changes, with one exception: where the ID may be in the request,
 * the call is started when the request is sent, since the headers go first. Stubs do both at once.
 * A caller that starts such a call and sends nothing sees neither its deadline nor its context's
 * cancellation.
 *
 * <p>With Netty, name the header in {@code neverIndexMetadataKey}, as above: values that never come
 * twice otherwise push useful ones out of the connection's header table.
 *
 * <p>Immutable and thread-safe.
 */
public final class IdempotencyClientInterceptor implements ClientInterceptor {

  /**
   * The request ID of a call, for {@link CallOptions#withOption}. A stub that has it in its options
   * makes attempts of this one operation, and is to be used for nothing else.
   */
  public static final CallOptions.Key<RequestId> REQUEST_ID =
      CallOptions.Key.create("io.github.grpconce.RequestId");

  /**
   * Which part of its operation a call is, for calls whose order may differ when the operation is
   * executed again: those that are made concurrently. Unique within the operation and the callee's
   * method.
   */
  public static final CallOptions.Key<String> LABEL =
      CallOptions.Key.create("io.github.grpconce.Label");

  private static final Context.Key<RequestId> CONTEXT_REQUEST_ID =
      Context.key("io.github.grpconce.RequestId");

  private final Supplier<RequestId> newIds;

  private IdempotencyClientInterceptor(Supplier<RequestId> newIds) {
    this.newIds = newIds;
  }

  /** Returns an interceptor whose new IDs are {@link RequestId#random()}. */
  public static IdempotencyClientInterceptor create() {
    return create(RequestId::random);
  }

  /**
   * Returns an interceptor with its own source of new IDs.
   *
   * @param newIds gives a different one at each call; thread-safe
   */
  public static IdempotencyClientInterceptor create(Supplier<RequestId> newIds) {
    return new IdempotencyClientInterceptor(newIds);
  }

  /**
   * Returns a context in which every call carries this ID: around an application's own retry loop.
   *
   * <p>Two calls to one method in that context are two attempts of one operation; if they are not,
   * give each a {@link #LABEL}.
   */
  public static Context withRequestId(Context context, RequestId requestId) {
    return context.withValue(CONTEXT_REQUEST_ID, requestId);
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    ClientCall<ReqT, RespT> call = next.newCall(method, options);
    if (!carriesRequestId(method)) {
      return call;
    }
    RequestId decided = decidedBeforehand(method, options);
    if (decided == null && RequestIdField.isDeclaredBy(method)) {
      return new MessageIdentifiedCall<>(call, newIds);
    }
    return new IdentifiedCall<>(call, decided == null ? newIds.get() : decided);
  }

  private static boolean carriesRequestId(MethodDescriptor<?, ?> method) {
    return method.getType() != MethodDescriptor.MethodType.BIDI_STREAMING && !Guard.isSafe(method);
  }

  private static @Nullable RequestId decidedBeforehand(
      MethodDescriptor<?, ?> method, CallOptions options) {
    RequestId ofCall = options.getOption(REQUEST_ID);
    if (ofCall != null) {
      return ofCall;
    }
    String label = options.getOption(LABEL);
    RequestId ofContext = CONTEXT_REQUEST_ID.get();
    if (ofContext != null) {
      return label == null ? ofContext : ofContext.child(label);
    }
    GuardedExecution execution = GuardedExecution.current();
    if (execution == null) {
      return null;
    }
    return label == null ? execution.nextChild(method.getFullMethodName()) : execution.child(label);
  }
}
