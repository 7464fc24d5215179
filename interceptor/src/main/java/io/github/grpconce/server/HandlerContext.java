package io.github.grpconce.server;

import io.github.grpconce.GuardedExecution;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The gRPC contexts that handlers are executed in. */
final class HandlerContext {

  private HandlerContext() {}

  /**
   * Returns a context for one execution. It is not the attempt's own, whose cancellation must not
   * end what others have joined, but has all its values.
   *
   * @param execution whose children the handler's calls are; empty without a request ID
   */
  static CancellableContext of(
      Invocation<?, ?> invocation,
      IdempotentCall call,
      Optional<GuardedExecution> execution,
      @Nullable Deadline deadline,
      ScheduledExecutorService scheduler) {
    Context context = call.attachTo(invocation.context().fork());
    if (execution.isPresent()) {
      context = execution.get().attachTo(context);
    }
    return deadline == null
        ? context.withCancellation()
        : context.withDeadline(deadline, scheduler);
  }
}
