package io.github.grpconce.client;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.RequestIdField;
import io.github.grpconce.internal.client.DerivedIdCall;
import io.github.grpconce.internal.client.IdChoice;
import io.github.grpconce.internal.client.IdentifiedCall;
import io.github.grpconce.internal.client.MessageIdentifiedCall;
import io.github.grpconce.internal.client.RefusedCall;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
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
 *   <li>what the call's headers already hold, if another interceptor has set it; it stays as it is;
 *   <li>{@link #REQUEST_ID} in the call's options;
 *   <li>the innermost of the ID in the gRPC {@link Context} (see {@link #withRequestId}) and the
 *       {@link GuardedExecution} from which the call is made, which gives the next child for the
 *       callee's method;
 *   <li>the request's own field {@code request_id} (AIP-155), if the call sends one message. The
 *       method's guard can name another field, or none ({@code request_id_field});
 *   <li>a new random one.
 * </ol>
 *
 * <p>A {@link #LABEL} derives the child of that name from whichever it is. If the request's own
 * field holds another ID than the one that the call has by all this, the server would refuse it for
 * ever: where the descriptor says that the method is guarded, the call ends at once with {@link
 * ErrorReason#REQUEST_ID_INVALID}, and is not sent.
 *
 * <p>A call of a guarded handler whose derived ID is refused as used before for other content shows
 * that the handler's code has changed under an unfinished operation. The execution is broken then
 * (see {@link GuardedExecution}), and its further calls end with {@link ErrorReason#CALLS_CHANGED}.
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
 * it. Nothing else about a call changes, with one exception: where the request has a field for the
 * ID, the call is started when the request is sent, since the headers go first. Stubs do both at
 * once. A caller that starts such a call and sends nothing sees neither its deadline nor its
 * context's cancellation.
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
   * Which part of its operation a call is: its ID is the child of that name. For all calls of a
   * guarded handler, whose order may differ when the operation is executed again, by the handler of
   * that day. Unique within the operation.
   */
  public static final CallOptions.Key<String> LABEL =
      CallOptions.Key.create("io.github.grpconce.Label");

  private static final Context.Key<Chosen> CHOSEN = Context.key("io.github.grpconce.RequestId");

  /**
   * An ID that was put into a context.
   *
   * @param within the execution that the context belonged to: an inner one has its own calls
   */
  private record Chosen(RequestId requestId, @Nullable GuardedExecution within) {}

  /**
   * The ID that a call is to have.
   *
   * @param derived whether it was derived from the guarded execution that makes the call
   */
  private record Due(RequestId requestId, boolean derived) {}

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
   * give each a {@link #LABEL}. A guarded execution that begins within the context has IDs of its
   * own for its calls.
   *
   * <p>Only what runs in the context has the ID. A callback or a continuation of asynchronous code
   * runs elsewhere, and a call that it makes has another ID each time. Wrap it ({@link
   * Context#wrap(Runnable)}, {@link Context#currentContextExecutor}), or set {@link #REQUEST_ID} in
   * the stub's options, which go with the stub.
   *
   * <p>A guarded handler that retries by itself takes the ID from {@link GuardedExecution#child},
   * which is the same in every execution and tells callers apart.
   */
  public static Context withRequestId(Context context, RequestId requestId) {
    return context.withValue(CHOSEN, new Chosen(requestId, GuardedExecution.of(context)));
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    if (!carriesRequestId(method)) {
      return next.newCall(method, options);
    }
    try {
      return identified(method, options, next);
    } catch (StatusRuntimeException refusal) {
      return new RefusedCall<>(refusal);
    }
  }

  private <ReqT, RespT> ClientCall<ReqT, RespT> identified(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    GuardedExecution execution = GuardedExecution.current();
    if (execution != null) {
      execution.requireUnbroken();
    }
    Optional<Due> due = due(method, options, execution);
    ClientCall<ReqT, RespT> call = next.newCall(method, options);
    if (execution != null && due.isPresent() && due.get().derived()) {
      call =
          new DerivedIdCall<>(call, execution, due.get().requestId(), method.getFullMethodName());
    }
    RequestIdField field = RequestIdField.of(method);
    Optional<RequestId> id = due.map(Due::requestId);
    return field.isDeclaredBy(method)
        ? new MessageIdentifiedCall<>(call, field, choice(method, options, id))
        : new IdentifiedCall<>(call, id.orElseGet(newIds));
  }

  private IdChoice choice(
      MethodDescriptor<?, ?> method, CallOptions options, Optional<RequestId> due) {
    return new IdChoice(due, options.getOption(LABEL), Guard.isDeclaredFor(method), newIds);
  }

  private static boolean carriesRequestId(MethodDescriptor<?, ?> method) {
    return method.getType() != MethodDescriptor.MethodType.BIDI_STREAMING && !Guard.isSafe(method);
  }

  /** Returns what is known of a call's ID before its headers and its request are. */
  private static Optional<Due> due(
      MethodDescriptor<?, ?> method, CallOptions options, @Nullable GuardedExecution execution) {
    String label = options.getOption(LABEL);
    RequestId chosen = chosen(options, execution);
    if (chosen != null) {
      boolean derived = execution != null && execution.hasNamed(chosen);
      return Optional.of(new Due(label == null ? chosen : chosen.child(label), derived));
    }
    if (execution == null) {
      return Optional.empty();
    }
    String callee = method.getFullMethodName();
    return Optional.of(
        new Due(label == null ? execution.nextChild(callee) : execution.child(label), true));
  }

  private static @Nullable RequestId chosen(
      CallOptions options, @Nullable GuardedExecution execution) {
    RequestId ofCall = options.getOption(REQUEST_ID);
    if (ofCall != null) {
      return ofCall;
    }
    Chosen ofContext = CHOSEN.get();
    return ofContext != null && ofContext.within() == execution ? ofContext.requestId() : null;
  }
}
