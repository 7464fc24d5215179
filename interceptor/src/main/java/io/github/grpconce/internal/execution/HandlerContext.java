package io.github.grpconce.internal.execution;

import io.github.grpconce.GuardedExecution;
import io.github.grpconce.internal.attempt.Invocation;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The gRPC contexts that handlers are executed in. */
public final class HandlerContext {

  private HandlerContext() {}

  /**
   * Returns a context for one execution. It is not the attempt's own, whose cancellation must not
   * end what others have joined, but has all its values.
   *
   * @param execution whose children the handler's calls are
   */
  public static CancellableContext of(
      Invocation<?, ?> invocation,
      HandlerCall call,
      GuardedExecution execution,
      @Nullable Deadline deadline,
      ScheduledExecutorService scheduler) {
    Context context = execution.attachTo(call.attachTo(invocation.context().fork()));
    return deadline == null
        ? context.withCancellation()
        : context.withDeadline(deadline, scheduler);
  }
}
