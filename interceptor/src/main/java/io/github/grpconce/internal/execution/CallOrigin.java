package io.github.grpconce.internal.execution;

import io.github.grpconce.RequestId;
import io.github.grpconce.internal.attempt.Invocation;
import java.util.Optional;

/**
 * Where an execution comes from, as its handler may ask.
 *
 * @param method its full name
 * @param scope who called; empty if callers are not told apart
 * @param resumed whether it is resumed on the server's own account
 */
public record CallOrigin(
    String method, Optional<RequestId> requestId, String scope, boolean resumed) {

  public static CallOrigin of(Invocation<?, ?> invocation) {
    return new CallOrigin(
        invocation.method().descriptor().getFullMethodName(),
        invocation.requestId(),
        invocation.scope(),
        invocation.resumed());
  }

  /** Leaves out who asks for what: it may be nobody's business who reads logs. */
  @Override
  public String toString() {
    return "CallOrigin[resumed=" + resumed + "]";
  }
}
