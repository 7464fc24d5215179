package io.github.grpconce.internal.attempt;

import io.github.grpconce.RequestId;
import io.github.grpconce.internal.method.GuardedMethod;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.ServerCallHandler;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that an execution needs of the attempt that caused it. Complete once the request is.
 *
 * @param scope who is calling; empty if callers are not told apart
 * @param context the attempt's, for the values that interceptors put there
 * @param captured wraps what is run of the handler, with what the thread held where the attempt
 *     arrived
 * @param resumed whether there was none: it is executed on the server's own account
 */
public record Invocation<ReqT, RespT>(
    GuardedMethod<ReqT, RespT> method,
    ServerCallHandler<ReqT, RespT> handler,
    String scope,
    Optional<RequestId> requestId,
    BufferedRequest<ReqT> request,
    Metadata headers,
    Context context,
    Attributes attributes,
    @Nullable String authority,
    SecurityLevel securityLevel,
    UnaryOperator<Runnable> captured,
    boolean resumed) {

  /** Leaves out who asks for what: it may be nobody's business who reads logs. */
  @Override
  public String toString() {
    return "Invocation[" + method.descriptor().getFullMethodName() + "]";
  }
}
