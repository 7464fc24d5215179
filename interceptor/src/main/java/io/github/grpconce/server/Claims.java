package io.github.grpconce.server;

import io.github.grpconce.RequestId;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Metadatum;
import io.grpc.Metadata;
import java.util.List;
import java.util.Set;

/** What executions in progress leave in the store, so that they can be resumed by others. */
final class Claims {

  /** Nobody should find these in a database; a resumed handler acts on the server's account. */
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "proxy-authorization", "cookie");

  private Claims() {}

  /**
   * Returns the first claim on an operation.
   *
   * @param owner unique, so that an execution knows its own claim from another's
   */
  static <ReqT> Execution first(Invocation<ReqT, ?> invocation, RequestId requestId, String owner) {
    return Execution.newBuilder()
        .setToken(1)
        .setOwner(owner)
        .addAllRequests(invocation.request().serialised())
        .addAllHeaders(headers(invocation.headers()))
        .setRequestId(requestId.value())
        .setMethod(invocation.method().descriptor().getFullMethodName())
        .setScope(invocation.scope())
        .build();
  }

  private static List<Metadatum> headers(Metadata headers) {
    return StoredMetadata.of(headers).stream()
        .filter(each -> !CREDENTIALS.contains(each.getKey()))
        .toList();
  }

  /** Returns the claim that takes over from another, steps included. */
  static Execution next(Execution previous, String owner) {
    return previous.toBuilder().setToken(previous.getToken() + 1).setOwner(owner).build();
  }
}
