package io.github.grpconce.server;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.RequestId;
import io.grpc.Context;
import java.util.Optional;

/**
 * The guarded call that a handler is executing.
 *
 * <pre>{@code
 * public void charge(ChargeRequest request, StreamObserver<Payment> observer) {
 *   Transaction transaction = IdempotentCall.current().transaction();
 *   ...                          // read and write
 *   observer.onNext(payment);
 *   observer.onCompleted();      // commits the writes and the answer together, then sends it
 * }
 * }</pre>
 *
 * <p>A handler may be executed several times for one call, one after the other; only one of these
 * executions can commit. Thread-safe.
 */
public final class IdempotentCall {

  private static final Context.Key<IdempotentCall> CURRENT =
      Context.key("io.github.grpconce.server.IdempotentCall");

  private final Optional<RequestId> requestId;
  private final Transaction transaction;

  IdempotentCall(Optional<RequestId> requestId, Transaction transaction) {
    this.requestId = requestId;
    this.transaction = transaction;
  }

  /**
   * Returns the call that the current {@link Context} belongs to.
   *
   * @throws IllegalStateException outside of a guarded call's handler: the method isn't guarded, or
   *     the thread doesn't have the handler's context ({@link Context#wrap(Runnable)} gives it one)
   */
  public static IdempotentCall current() {
    IdempotentCall current = CURRENT.get();
    if (current == null) {
      throw new IllegalStateException(
          "no guarded call is executed here: guard the method, and use the handler's gRPC Context"
              + " on threads of your own");
    }
    return current;
  }

  Context attachTo(Context context) {
    return context.withValue(CURRENT, this);
  }

  /**
   * Returns the transaction in which the handler's effects and its outcome are committed together.
   *
   * <p>Blocking on its futures is allowed, unless the interceptor was given a direct executor. It
   * can't be committed, cancelled, closed or begun again by the handler, nor used after the call
   * was answered: the guard does all that.
   */
  public Transaction transaction() {
    return transaction;
  }

  /**
   * Returns the ID of the operation.
   *
   * @throws IllegalStateException if the call has none, which its guard must allow
   */
  public RequestId requestId() {
    return requestId.orElseThrow(
        () ->
            new IllegalStateException("this call has no request ID; its guard makes it optional"));
  }

  /** Returns whether the call has a request ID; always, unless its guard makes it optional. */
  public boolean hasRequestId() {
    return requestId.isPresent();
  }
}
