package io.github.grpconce;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.Set;

/**
 * How a method is guarded: what a server does with the request ID of an attempt.
 *
 * <p>It is declared in the {@code .proto} with the option {@code grpconce.v1.guard} and read by
 * {@link #of}; a method whose {@code .proto} can't be changed gets one made by {@link #transaction}
 * or {@link #steps}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param mode how the handler's effects and the record are kept together
 * @param requestIdRequired whether a call without a request ID is refused; if not, it is executed
 *     at every attempt and nothing is recorded
 * @param finalFailures the failures that are recorded and replayed. After any other, the next
 *     attempt executes again, and so such a failure never says that the call took no effect:
 *     another attempt of it may have, or may yet. {@link Status.Code#OK} is always final and never
 *     named here
 * @param identity the name that stands for the method in a record's identity; empty for the full
 *     method name. Pin it before renaming a method or its package, so that its records stay valid
 * @param requestIdField in which field a request can carry its own ID
 * @param labelledCalls whether the handler's calls to other services must be labelled: one that
 *     isn't is refused by the client, instead of being told from others by its order
 */
public record Guard(
    Mode mode,
    boolean requestIdRequired,
    Set<Status.Code> finalFailures,
    String identity,
    RequestIdField requestIdField,
    boolean labelledCalls) {

  /** How a handler's effects and the record of its outcome are kept together. */
  public enum Mode {
    /** The handler's writes, the record and its outcome are one FoundationDB transaction. */
    TRANSACTION,
    /**
     * The handler is a sequence of steps, each one transaction; a re-execution skips those done.
     */
    STEPS
  }

  /**
   * The failures that are final unless a guard names others: the caller's fault, whoever retries.
   */
  public static final Set<Status.Code> DEFAULT_FINAL_FAILURES =
      Set.of(
          Status.Code.INVALID_ARGUMENT,
          Status.Code.NOT_FOUND,
          Status.Code.ALREADY_EXISTS,
          Status.Code.FAILED_PRECONDITION,
          Status.Code.OUT_OF_RANGE);

  /**
   * Codes that never tell the outcome of an operation: gRPC itself makes them when something breaks
   * on the way, and a server when it wants another attempt. Recorded, they would be the answer for
   * ever.
   */
  private static final Set<Status.Code> NEVER_FINAL =
      Set.of(
          Status.Code.UNAVAILABLE,
          Status.Code.ABORTED,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.CANCELLED,
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN);

  /**
   * Makes a guard of its parts.
   *
   * @throws IllegalArgumentException if a final failure is {@link Status.Code#OK} or one that says
   *     nothing about the operation's outcome
   */
  public Guard {
    finalFailures = Set.copyOf(finalFailures);
    if (finalFailures.contains(Status.Code.OK)) {
      throw new IllegalArgumentException("OK is no failure, and is always final: don't name it");
    }
    for (Status.Code code : finalFailures) {
      if (NEVER_FINAL.contains(code)) {
        throw new IllegalArgumentException(
            code + " can't be final: it says nothing about the operation's outcome");
      }
    }
  }

  /** A guard in TRANSACTION mode that requires a request ID and has the default final failures. */
  public static Guard transaction() {
    return new Guard(
        Mode.TRANSACTION, true, DEFAULT_FINAL_FAILURES, "", RequestIdField.STANDARD, false);
  }

  /** A guard in STEPS mode that requires a request ID and has the default final failures. */
  public static Guard steps() {
    return new Guard(Mode.STEPS, true, DEFAULT_FINAL_FAILURES, "", RequestIdField.STANDARD, false);
  }

  /**
   * Returns the guard that a method's {@code .proto} declares; empty if it declares none, or if the
   * method has no protobuf descriptor.
   *
   * @throws IllegalArgumentException if the declared guard is one that can't be kept: an unknown
   *     mode, an impossible final failure, a bidirectional method or a safe one
   */
  public static Optional<Guard> of(MethodDescriptor<?, ?> method) {
    return GuardOption.read(method).map(guard -> guard.checkedFor(method));
  }

  /** Whether the method's descriptor says that it changes nothing ({@code NO_SIDE_EFFECTS}). */
  public static boolean isSafe(MethodDescriptor<?, ?> method) {
    return method.isSafe() || GuardOption.saysNoSideEffects(method);
  }

  /**
   * Returns this guard, if the method can have it.
   *
   * @throws IllegalArgumentException if the method is bidirectional (its requests may depend on its
   *     responses, so that there is nothing to replay) or safe (there is nothing to guard), or if
   *     its requests have no such field for their ID as the guard names
   */
  public Guard checkedFor(MethodDescriptor<?, ?> method) {
    if (!method.getType().clientSendsOneMessage() && !method.getType().serverSendsOneMessage()) {
      throw new IllegalArgumentException(
          method.getFullMethodName()
              + " is bidirectional and can't be guarded, because its requests may depend on its"
              + " responses: make it client-streaming, or guard unary methods in its place");
    }
    if (isSafe(method)) {
      throw new IllegalArgumentException(
          method.getFullMethodName()
              + " has no side effects by its idempotency_level: it needs no guard");
    }
    requireField(method);
    return this;
  }

  /** The standard field is there or it isn't; one that somebody has named is. */
  private void requireField(MethodDescriptor<?, ?> method) {
    boolean named =
        !requestIdField.equals(RequestIdField.STANDARD)
            && !requestIdField.equals(RequestIdField.NONE);
    if (named && !requestIdField.isDeclaredBy(method)) {
      throw new IllegalArgumentException(
          method.getFullMethodName()
              + " has no singular string "
              + requestIdField.name()
              + " in its one request: name the field that holds the request ID");
    }
  }

  /** Whether the method's descriptor has the guard's option, be it one that can be kept or not. */
  public static boolean isDeclaredFor(MethodDescriptor<?, ?> method) {
    return GuardOption.isSet(method);
  }

  /** Returns the name that stands for the method in a record's identity. */
  public String identityOf(MethodDescriptor<?, ?> method) {
    return identity.isEmpty() ? method.getFullMethodName() : identity;
  }

  /** Returns whether an outcome with this code is recorded and replayed. */
  public boolean isFinal(Status.Code code) {
    return code == Status.Code.OK || finalFailures.contains(code);
  }

  /** Returns this guard for callers that may leave out the request ID. */
  public Guard withRequestIdOptional() {
    return new Guard(mode, false, finalFailures, identity, requestIdField, labelledCalls);
  }

  /** Returns this guard with exactly these final failures. */
  public Guard withFinalFailures(Set<Status.Code> codes) {
    return new Guard(mode, requestIdRequired, codes, identity, requestIdField, labelledCalls);
  }

  /** Returns this guard with the name that stands for the method in a record's identity. */
  public Guard withIdentity(String name) {
    return new Guard(mode, requestIdRequired, finalFailures, name, requestIdField, labelledCalls);
  }

  /**
   * Returns this guard with another field in which a request can carry its ID. Clients read it from
   * the descriptor alone, so say it there if it is possible.
   *
   * @param field {@link RequestIdField#NONE} if what is called {@code request_id} is something else
   */
  public Guard withRequestIdField(RequestIdField field) {
    return new Guard(mode, requestIdRequired, finalFailures, identity, field, labelledCalls);
  }

  /** Returns this guard for a handler all of whose calls to other services are labelled. */
  public Guard withLabelledCalls() {
    return new Guard(mode, requestIdRequired, finalFailures, identity, requestIdField, true);
  }
}
