package io.github.grpconce.internal.execution;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.internal.handler.HandlerSteps;
import io.grpc.Context;
import org.jspecify.annotations.Nullable;

/**
 * What a handler has of the call that it executes, and its {@link Context} holds.
 *
 * @param transaction in TRANSACTION mode, and within a step; else null
 * @param steps in STEPS mode, between steps; else null
 */
public record HandlerCall(
    CallOrigin origin,
    GuardedExecution execution,
    @Nullable Transaction transaction,
    @Nullable HandlerSteps steps) {

  private static final Context.Key<HandlerCall> CURRENT =
      Context.key("io.github.grpconce.guarded-call");

  /** What a handler has in TRANSACTION mode, or within a step. */
  public static HandlerCall in(
      CallOrigin origin, GuardedExecution execution, Transaction transaction) {
    return new HandlerCall(origin, execution, transaction, null);
  }

  /** What a handler has in STEPS mode, between steps. */
  public static HandlerCall inSteps(
      CallOrigin origin, GuardedExecution execution, HandlerSteps steps) {
    return new HandlerCall(origin, execution, null, steps);
  }

  /** Returns what the current {@link Context} has; null outside of guarded calls. */
  public static @Nullable HandlerCall current() {
    return CURRENT.get();
  }

  public Context attachTo(Context context) {
    return context.withValue(CURRENT, this);
  }

  /** Leaves out who asks for what: it may be nobody's business who reads logs. */
  @Override
  public String toString() {
    return "HandlerCall[" + origin + "]";
  }
}
