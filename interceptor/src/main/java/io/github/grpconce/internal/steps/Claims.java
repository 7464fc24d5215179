package io.github.grpconce.internal.steps;

import io.github.grpconce.internal.answer.StoredMetadata;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Metadatum;
import io.github.grpconce.v1.StoredRequest;
import io.grpc.Metadata;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
   * @param clock gives the calls that the handler makes their age, where the ID has none
   */
  static Execution first(Invocation<?, ?> invocation, String owner, InstantSource clock) {
    boolean opaque = invocation.requestId().orElseThrow().time().isEmpty();
    return Execution.newBuilder()
        .setBegunAtMillis(opaque ? clock.millis() : 0)
        .setToken(1)
        .setOwner(owner)
        .setRequestId(invocation.requestId().orElseThrow().value())
        .setMethod(invocation.method().descriptor().getFullMethodName())
        .setScope(invocation.scope())
        .build();
  }

  /**
   * Whether a claim is committed before the handler is executed, and not with its first step: the
   * calls that the handler makes bear the claim's time, so it must not be another one next time.
   */
  static boolean isMadeAhead(Execution first) {
    return first.getBegunAtMillis() != 0;
  }

  /** Since when an operation is executed, if its ID doesn't say so. */
  static Optional<Instant> timeOf(Execution claim) {
    return claim.getBegunAtMillis() == 0
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(claim.getBegunAtMillis()));
  }

  /** Returns a call's request as it is stored with the first claim. */
  static StoredRequest request(Invocation<?, ?> invocation) {
    return StoredRequest.newBuilder()
        .addAllMessages(invocation.request().serialised())
        .addAllHeaders(headers(invocation.headers()))
        .build();
  }

  private static List<Metadatum> headers(Metadata headers) {
    return StoredMetadata.of(headers).stream()
        .filter(each -> !CREDENTIALS.contains(each.getKey()))
        .toList();
  }

  /** Returns the claim that takes over from another. */
  static Execution next(Execution previous, String owner) {
    return previous.toBuilder().setToken(previous.getToken() + 1).setOwner(owner).build();
  }
}
