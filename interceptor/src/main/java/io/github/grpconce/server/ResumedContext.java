package io.github.grpconce.server;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/**
 * Rebuilds what interceptors put into the gRPC {@link Context} of a call, the tenant or the
 * principal, say, for an execution that is resumed without its client: no interceptor above the
 * guard sees it.
 *
 * <pre>{@code
 * builder.resumedContext(
 *     (context, method, scope, headers) -> context.withValue(TENANT, headers.get(TENANT_HEADER)));
 * }</pre>
 *
 * <p>Called before each run of such an execution, by a thread that must not be blocked; thread-safe
 * therefore. If it throws, the execution has failed, as if its handler had.
 */
@FunctionalInterface
public interface ResumedContext {

  /**
   * Returns a context for an execution.
   *
   * @param context has nothing of the call that began the operation
   * @param scope who called; empty if callers are not told apart
   * @param headers those that were stored with the request: all of the first attempt's but its
   *     credentials (authorization, proxy-authorization, cookie). A copy
   * @return the given context with values of the application's own; its cancellation and its
   *     deadline, if it has one, hold too
   */
  Context restore(Context context, MethodDescriptor<?, ?> method, String scope, Metadata headers);
}
