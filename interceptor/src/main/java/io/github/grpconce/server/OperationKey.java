package io.github.grpconce.server;

import io.github.grpconce.record.PresentedRequest;
import io.github.grpconce.record.RecordIdentity;
import io.github.grpconce.v1.Fingerprint;
import java.util.Optional;

/**
 * Which operation an attempt belongs to. Attempts with other content don't join: the store refuses
 * them.
 */
record OperationKey(RecordIdentity identity, PresentedRequest request) {

  /** Returns what is stored of the request, to compare later ones with. */
  Fingerprint fingerprint() {
    return request.fingerprint();
  }

  /** Leaves out the request, and the fingerprint, from which a short request could be guessed. */
  @Override
  public String toString() {
    return "OperationKey[" + identity + "]";
  }

  /** Returns the key of a call; empty if it has no request ID. */
  static Optional<OperationKey> of(Invocation<?, ?> invocation) {
    return invocation
        .requestId()
        .map(
            id ->
                new OperationKey(
                    invocation.method().identityOf(invocation.scope(), id),
                    invocation.request().presented()));
  }
}
