package io.github.grpconce;

import io.github.grpconce.internal.id.DerivedId;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
 * interceptor asks it for the ID of each call. <strong>Label the calls</strong> ({@link #child}).
 * Those without a label are told apart by their order: ordinals count the calls to one method as
 * they are started. Their order must be the same in every execution of an operation, so they must
 * not be started concurrently, not be repeated by the handler itself, and no further one may be
 * inserted by a new version of the handler: an operation that the old one has begun would find
 * another call's ID.
 *
 * <p>Where that happens all the same, the callee tells by the request's content: it refuses the ID
 * as used before ({@link ErrorReason#REQUEST_ID_REUSED}). The execution is then <em>broken</em>: it
 * makes no further calls and no further steps, and what its handler answers isn't recorded.
 *
 * <p>Thread-safe.
 */
public final class GuardedExecution {

  private static final Context.Key<GuardedExecution> CURRENT =
      Context.key("io.github.grpconce.GuardedExecution");

  private final Run run;

  /** Whose children the calls are: the operation, or a part of it. */
  private final RequestId parent;

  private final Map<String, AtomicLong> ordinals = new ConcurrentHashMap<>();

  /** What an execution and its parts have in common. */
  private static final class Run {
    private final RequestId requestId;
    private final RequestId operation;
    private final boolean labelledCalls;
    private final Set<RequestId> named = ConcurrentHashMap.newKeySet();

    /** The callee that refused a derived ID as used before; null while there is none. */
    private volatile @Nullable String brokenBy;

    private volatile boolean lacksLabel;
    private volatile boolean hasExpiredCall;

    /** What guards have refused calls of it with. */
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();

    /** The descriptions among them. */
    private final Set<String> saidInRefusals = ConcurrentHashMap.newKeySet();

    Run(RequestId requestId, RequestId operation, boolean labelledCalls) {
      this.requestId = requestId;
      this.operation = operation;
      this.labelledCalls = labelledCalls;
    }
  }

  /**
   * Begins an execution of what alone has this ID, whoever calls: a job of the application's, say.
   * Its calls have {@linkplain RequestId#child(String, long) the ID's own children}.
   */
  public GuardedExecution(RequestId requestId) {
    this(new Run(requestId, requestId, false), requestId);
  }

  /**
   * Begins an execution of the operation that a caller has under this ID.
   *
   * @param scope who is calling; empty if callers are not told apart
   * @param method the full name of the operation's method, or what its guard pins in its place
   */
  public GuardedExecution(RequestId requestId, String scope, String method) {
    this(new Run(requestId, requestId.ofOperation(scope, method), false));
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
    this(new Run(requestId, requestId.ofOperation(scope, method, since), false));
  }

  /**
   * Begins an execution of the operation that a caller has under this ID, whose calls bear no time,
   * whether or not the ID does: a callee executes them, however old it is.
   *
   * @param scope who is calling; empty if callers are not told apart
   * @param method the full name of the operation's method, or what its guard pins in its place
   */
  public static GuardedExecution withoutTime(RequestId requestId, String scope, String method) {
    return new GuardedExecution(
        new Run(requestId, requestId.ofOperationWithoutTime(scope, method), false));
  }

  private GuardedExecution(Run run) {
    this(run, run.operation);
  }

  private GuardedExecution(Run run, RequestId parent) {
    this.run = run;
    this.parent = parent;
  }

  /** Begins the same execution anew, as one whose calls must all be labelled. */
  public GuardedExecution withLabelledCalls() {
    return new GuardedExecution(new Run(run.requestId, run.operation, true), parent);
  }

  /**
   * Returns a part of this execution: the calls that it makes are named after it, and not counted
   * with those that are made outside of it. A part and a call may have the same label.
   *
   * @param label not empty, and used for one part
   */
  public GuardedExecution part(String label) {
    return new GuardedExecution(run, parent.ofPart(checked(label)));
  }

  /** Returns the execution that the current {@link Context} belongs to, if any. */
  public static @Nullable GuardedExecution current() {
    return CURRENT.get();
  }

  /** Returns the execution that a context belongs to, if any. */
  public static @Nullable GuardedExecution of(Context context) {
    return CURRENT.get(context);
  }

  /** Returns a context like the given one, which belongs to this execution. */
  public Context attachTo(Context context) {
    return context.withValue(CURRENT, this);
  }

  /** Returns the ID of the operation that is executed. */
  public RequestId requestId() {
    return run.requestId;
  }

  /**
   * Returns the ID of the next call to a method.
   *
   * @param fullMethodName the callee's, such as {@code demo.payment.v1.PaymentService/Charge}
   * @throws StatusRuntimeException with {@link ErrorReason#LABEL_MISSING} if the execution's calls
   *     must be labelled
   */
  public RequestId nextChild(String fullMethodName) {
    if (run.labelledCalls) {
      run.lacksLabel = true;
      throw ErrorReason.LABEL_MISSING.refusal(
          "the call to "
              + fullMethodName
              + " has no label, which its handler's guard demands: give it one"
              + " (IdempotencyClientInterceptor.LABEL), different from those of the handler's other"
              + " calls; it was not sent");
    }
    long ordinal =
        ordinals.computeIfAbsent(fullMethodName, name -> new AtomicLong()).getAndIncrement();
    return parent.child(fullMethodName, ordinal);
  }

  /**
   * Returns the ID of a call that has a name: the same in every execution of the operation,
   * whatever else is called and however often this is. A handler's own retry loop runs in a context
   * with this ID.
   *
   * @param label not empty, and unique within this execution
   */
  public RequestId child(String label) {
    RequestId child = parent.child(label);
    run.named.add(child);
    return child;
  }

  /**
   * Returns an ID for something that the operation makes: an order, say. It is the same in every
   * execution of the operation, and no other operation has it, be it another caller's or another
   * method's with the same request ID.
   *
   * @param label what it is for; not empty, and unique within the operation, its parts included
   * @return a UUID of version 8, of which 122 bits are a hash
   */
  public UUID newId(String label) {
    return DerivedId.uuid(DerivedId.ofEntity(run.operation.value(), checked(label)));
  }

  /** Returns whether {@link #child} of this execution, or of a part of it, gave this ID. */
  public boolean hasNamed(RequestId id) {
    return run.named.contains(id);
  }

  /**
   * Says that a derived ID was refused as used before for other content, which breaks this
   * execution with all its parts.
   *
   * @param fullMethodName the callee's
   */
  public void breakOff(String fullMethodName) {
    run.brokenBy = fullMethodName;
  }

  /**
   * Says that the guard of a callee has refused a call of this execution, and how.
   *
   * @param reason what that guard has given as its reason
   */
  public void refused(Status refusal, ErrorReason reason) {
    run.refusals.add(textOf(refusal));
    String said = refusal.getDescription();
    if (said != null && !said.isBlank()) {
      run.saidInRefusals.add(said);
    }
    if (reason == ErrorReason.REQUEST_ID_EXPIRED) {
      run.hasExpiredCall = true;
    }
  }

  /**
   * Returns whether a call of this execution was refused in this way, so that a handler that says
   * the same, be it within words of its own, says it of that call.
   */
  public boolean wasRefusedWith(Status status) {
    String said = status.getDescription();
    return run.refusals.contains(textOf(status))
        || (said != null && run.saidInRefusals.stream().anyMatch(said::contains));
  }

  /**
   * Returns whether a callee doesn't know any more what became of a call of this execution, and
   * won't ever: another execution would hear the same.
   */
  public boolean hasExpiredCall() {
    return run.hasExpiredCall;
  }

  /**
   * Returns whether this execution itself has refused a call for a reason, and no callee has.
   *
   * @param reason an {@link ErrorReason}'s name
   */
  public boolean hasRefused(String reason) {
    return run.lacksLabel && reason.equals(ErrorReason.LABEL_MISSING.name());
  }

  private static String textOf(Status status) {
    return status.getCode() + " " + status.getDescription();
  }

  /**
   * Returns what everybody is told who would go on with this execution; empty unless it's broken.
   */
  public Optional<StatusRuntimeException> refusal() {
    return Optional.ofNullable(run.brokenBy)
        .map(
            callee ->
                ErrorReason.CALLS_CHANGED.refusal(
                    "an earlier execution of this operation called "
                        + callee
                        + " with other content in the same place, so the handler has changed since:"
                        + " nothing more is called or done for it. Label your calls"
                        + " (IdempotencyClientInterceptor.LABEL), and never insert one without a"
                        + " label; run the earlier version to finish this operation"));
  }

  /**
   * Does nothing, unless this execution is broken.
   *
   * @throws StatusRuntimeException with {@link ErrorReason#CALLS_CHANGED} if it is
   */
  public void requireUnbroken() {
    refusal()
        .ifPresent(
            refusal -> {
              throw refusal;
            });
  }

  private static String checked(String label) {
    if (label.isEmpty()) {
      throw new IllegalArgumentException("a label must not be empty");
    }
    return label;
  }
}
