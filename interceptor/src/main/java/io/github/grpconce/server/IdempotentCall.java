package io.github.grpconce.server;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.github.grpconce.ExecutionFencedException;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.execution.HandlerCall;
import io.grpc.Context;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

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
 * <p>A handler that takes longer than a transaction may, or that calls other services in between,
 * is guarded in STEPS mode:
 *
 * <pre>{@code
 * IdempotentCall call = IdempotentCall.current();
 * Order order = call.step("create", Order.parser(), transaction -> create(transaction, request));
 * Payment payment = payments.charge(chargeFor(order));   // guarded too: takes effect once
 * Order confirmed = call.finish("confirm", transaction -> confirm(transaction, order, payment));
 * observer.onNext(confirmed);
 * observer.onCompleted();
 * }</pre>
 *
 * <p>A handler may be executed several times for one call, on this server and on others, and two
 * executions may run at once: one that was given up, because its client has gone, its server stood
 * still or its transaction failed, isn't stopped by that, and may still run while the next one has
 * begun. Only one of them can commit what belongs to the outcome, and each step is done by one
 * alone. What else a handler does, it may do twice, and at the same time. Thread-safe.
 */
public interface IdempotentCall {

  /**
   * Returns the call that the current {@link Context} belongs to.
   *
   * @throws IllegalStateException outside of a guarded call's handler: the method isn't guarded, or
   *     the thread doesn't have the handler's context ({@link Context#wrap(Runnable)} gives it one)
   */
  static IdempotentCall current() {
    HandlerCall current = HandlerCall.current();
    if (current == null) {
      throw new IllegalStateException(
          "no guarded call is executed here: guard the method, and use the handler's gRPC Context"
              + " on threads of your own");
    }
    return new CurrentCall(current);
  }

  /**
   * Returns the transaction in which the handler's effects and its outcome are committed together.
   *
   * <p>Blocking on its futures is allowed, unless the interceptor was given a direct executor. It
   * can't be committed, cancelled, closed or begun again by the handler, nor used after the call
   * was answered: the guard does all that. So wait for all that was begun in it, above all for the
   * reading of ranges, which goes on by itself: what is read during the commit fails, and some
   * implementations of FoundationDB's API give up the transaction, so that nobody knows what came
   * of the commit.
   *
   * <p>The commit begins when the callback in which the handler answers has returned: what is done
   * after {@code onCompleted()} there ages the transaction, and counts for FoundationDB's five
   * seconds. A versionstamp is known after the commit only, so waiting for one is refused; its
   * future's continuations run then.
   *
   * <p>Continuations of its futures run within the handler's {@link Context}, on the interceptor's
   * executor.
   *
   * <p>Within the function of a step it is the step's transaction.
   *
   * @throws IllegalStateException in STEPS mode, between steps: there each {@link #step} has its
   *     own transaction
   */
  Transaction transaction();

  /**
   * Does a step of a call in STEPS mode, or returns what it returned before.
   *
   * <p>The function's writes, its result and its label are committed in one transaction, which also
   * checks that no other execution has taken over. An execution that comes later, because this one
   * died or failed, finds the label and gets the result without the function being called. So name
   * steps by what they do, and give each execution of a call the same ones.
   *
   * <p>The function runs in this thread and may block. It may be called several times, until one of
   * its transactions commits; it should take far less than FoundationDB's five seconds. Calls to
   * other guarded services that it makes get IDs derived from the label; those that are made
   * between steps, from their order. Either way they have the same IDs in every execution.
   *
   * @param label not empty, and used once in each execution
   * @param results reads what the function returned in an earlier execution. It is remembered with
   *     the name of its type: read as another, because the handler's code has changed since, the
   *     step is refused with a {@link io.grpc.StatusRuntimeException}, and so is whatever this
   *     execution does or answers afterwards
   * @return what the function returned, in this execution or an earlier one
   * @throws ExecutionFencedException if this execution has no right to go on; just end then
   * @throws IllegalArgumentException if the label was used before in this execution, or the
   *     function returned more than 8 MiB: then nothing was committed
   * @throws IllegalStateException in TRANSACTION mode, within another step, or after the call was
   *     answered; a handler that answers while a step is under way has failed
   * @throws RuntimeException what the function threw, and nothing was committed; or the store's
   *     error, if it doesn't answer
   */
  <T extends MessageLite> T step(
      String label, Parser<T> results, Function<? super Transaction, ? extends T> work);

  /** Does a step that has no result; see {@link #step(String, Parser, Function)}. */
  void step(String label, Consumer<? super Transaction> work);

  /**
   * Does a step without blocking; see {@link #step(String, Parser, Function)}.
   *
   * @param work runs where the store's futures complete, and must not block
   * @return fails as the blocking form throws; continues within the handler's {@link Context}, on
   *     the interceptor's executor
   */
  <T extends MessageLite> CompletableFuture<T> stepAsync(
      String label,
      Parser<T> results,
      Function<? super Transaction, ? extends CompletableFuture<? extends T>> work);

  /**
   * Does the last step of a call in STEPS mode, and commits its result as the call's answer in the
   * same transaction: one commit less, and nothing between the last effect and the answer. What the
   * handler answers then should be the same; the recorded answer is what clients get, and headers
   * and trailers are not part of it. It is done alone: while another step is under way it is
   * refused with an {@link IllegalStateException}, and so is another step while it is.
   *
   * <p>For methods with one response; otherwise like {@link #step(String, Parser, Function)}.
   *
   * @return the answer
   */
  <T extends MessageLite> T finish(String label, Function<? super Transaction, ? extends T> work);

  /**
   * Does the last step without blocking; see {@link #finish}.
   *
   * @param work runs where the store's futures complete, and must not block
   * @return fails as the blocking form throws
   */
  <T extends MessageLite> CompletableFuture<T> finishAsync(
      String label, Function<? super Transaction, ? extends CompletableFuture<? extends T>> work);

  /**
   * Returns the ID of the operation.
   *
   * @throws IllegalStateException if the call has none, which its guard must allow
   */
  RequestId requestId();

  /**
   * Returns an ID for something new that the handler makes, such as an order: the same in every
   * execution of this operation, and never that of another one. The request ID itself, or a child
   * of it, is no such ID: another caller's operation, or another method's, can have the same one.
   *
   * @param label what it is for; not empty, and unique within the operation
   * @return a UUID of version 8, of which 122 bits are a hash
   * @throws IllegalStateException if the call has no request ID, which its guard must allow
   */
  UUID newId(String label);

  /** Returns whether the call has a request ID; always, unless its guard makes it optional. */
  boolean hasRequestId();

  /**
   * Returns who called, as the guard's {@link CallerScope} said; empty if callers are not told
   * apart.
   */
  String scope();

  /**
   * Returns whether this execution was resumed by the server itself, in STEPS mode, because nobody
   * came back for it. Then there is no client: the gRPC {@link Context} has none of what
   * interceptors above the guard put there, unless {@link ServerInterceptorBuilder#resumedContext}
   * rebuilds it; the headers are those that were stored, without credentials; there is neither
   * authority nor peer; and the server's recovery limit is the only deadline. Whoever comes back
   * meanwhile gets the answer.
   */
  boolean isResumed();
}
