package io.github.grpconce.server;

import java.util.function.UnaryOperator;

/**
 * Carries what the calling thread holds to where a handler runs: log contexts (MDC), observations,
 * tracing scopes, security contexts, whatever interceptors above the guard keep in thread-locals.
 *
 * <p>A guarded handler runs on other threads than the call arrived on. With Micrometer's
 * context-propagation library everything that it knows is carried like this:
 *
 * <pre>{@code
 * ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().clearMissing(true).build();
 * builder.propagate(() -> snapshots.captureAll()::wrap);
 * }</pre>
 *
 * <p>The guard's own threads have nothing of anybody's. An application's executor, or the store's
 * threads where handlers run on them, may have: a capture should therefore clear what it has not
 * found, as {@code clearMissing} does.
 *
 * <p>If the wrapper fails, or doesn't run what it was given, the execution has failed, as if its
 * handler had. Thread-safe implementations only.
 */
@FunctionalInterface
public interface ContextCapture {

  /**
   * Captures what the current thread holds. Called twice for each attempt, below all interceptors
   * above the guard: where its call begins, and where its request is complete. A run of the
   * handler's code has both, and of a value that is in both, the later one.
   *
   * @return wraps each run of a handler's code so that the run has what was captured, and its
   *     thread has afterwards what it had before; used by several threads, also at once
   */
  UnaryOperator<Runnable> capture();
}
