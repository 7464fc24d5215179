package io.github.grpconce;

import io.grpc.Context;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One run of a guarded handler, as the calls that it makes see it: they carry IDs derived from its
 * own, so that a re-execution makes them under the same IDs again. They are derived from all that
 * an operation's identity consists of, its method and its caller's scope included: equal IDs of two
 * methods, or of two callers, are two operations, which have no calls in common.
 *
 * <p>The server puts one into the gRPC {@link Context} of each execution, and the client
 * interceptor asks it for the ID of each call. Ordinals count the calls to one method in the order
 * in which they are started: a handler that starts several calls to one method concurrently must
 * label them, because their order can differ next time.
 *
 * <p>Thread-safe.
 */
public final class GuardedExecution {

  private static final Context.Key<GuardedExecution> CURRENT =
      Context.key("io.github.grpconce.GuardedExecution");

  private final RequestId requestId;

  /** Whose children the calls are. */
  private final RequestId parent;

  private final Map<String, AtomicLong> ordinals = new ConcurrentHashMap<>();

  /**
   * Begins an execution of what alone has this ID, whoever calls: a job of the application's, say.
   * Its calls have {@linkplain RequestId#child(String, long) the ID's own children}.
   */
  public GuardedExecution(RequestId requestId) {
    this(requestId, requestId);
  }

  /**
   * Begins an execution of the operation that a caller has under this ID.
   *
   * @param scope who is calling; empty if callers are not told apart
   * @param method the full name of the operation's method, or what its guard pins in its place
   */
  public GuardedExecution(RequestId requestId, String scope, String method) {
    this(requestId, requestId.ofOperation(scope, method));
  }

  /**
   * Begins an execution of the operation that a caller has under an opaque ID, whose calls bear a
   * time all the same: a callee that has forgotten them refuses them then, and doesn't execute them
   * once more.
   *
   * @param since when the operation was begun; the same instant, to the millisecond, in every
   *     execution
   */
  public GuardedExecution(RequestId requestId, String scope, String method, Instant since) {
    this(requestId, requestId.ofOperation(scope, method, since));
  }

  private GuardedExecution(RequestId requestId, RequestId parent) {
    this.requestId = requestId;
    this.parent = parent;
  }

  /**
   * Returns a part of this execution: the calls that it makes are named after it, and not counted
   * with those that are made outside of it.
   *
   * @param label not empty, and used for one part
   */
  public GuardedExecution part(String label) {
    return new GuardedExecution(requestId, parent.child(label));
  }

  /** Returns the execution that the current {@link Context} belongs to, if any. */
  public static @Nullable GuardedExecution current() {
    return CURRENT.get();
  }

  /** Returns a context like the given one, which belongs to this execution. */
  public Context attachTo(Context context) {
    return context.withValue(CURRENT, this);
  }

  /** Returns the ID of the operation that is executed. */
  public RequestId requestId() {
    return requestId;
  }

  /**
   * Returns the ID of the next call to a method.
   *
   * @param fullMethodName the callee's, such as {@code demo.payment.v1.PaymentService/Charge}
   */
  public RequestId nextChild(String fullMethodName) {
    long ordinal =
        ordinals.computeIfAbsent(fullMethodName, name -> new AtomicLong()).getAndIncrement();
    return parent.child(fullMethodName, ordinal);
  }

  /**
   * Returns the ID of a call that has a name.
   *
   * @param label not empty, and unique within this execution and the callee's method
   */
  public RequestId child(String label) {
    return parent.child(label);
  }
}
