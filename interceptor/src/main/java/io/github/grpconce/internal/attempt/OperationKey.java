package io.github.grpconce.internal.attempt;

import io.github.grpconce.internal.fingerprint.PresentedRequest;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.v1.Fingerprint;
import java.util.Optional;

/**
 * Which operation an attempt belongs to. Attempts with other content don't join: the store refuses
 * them.
 */
public record OperationKey(RecordIdentity identity, PresentedRequest request) {

  /** Returns what is stored of the request, to compare later ones with. */
  public Fingerprint fingerprint() {
    return request.fingerprint();
  }

  /** Leaves out the request, and the fingerprint, from which a short request could be guessed. */
  @Override
  public String toString() {
    return "OperationKey[" + identity + "]";
  }

  /** Returns the key of a call; empty if it has no request ID. */
  public static Optional<OperationKey> of(Invocation<?, ?> invocation) {
    return invocation
        .requestId()
        .map(
            id ->
                new OperationKey(
                    invocation.method().identityOf(invocation.scope(), id),
                    invocation.request().presented()));
  }
}
