package io.github.grpconce.server;

import io.github.grpconce.Guard;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a call says about its request ID. */
sealed interface PresentedRequestId {

  /** The call is executed under this ID, or under none if its guard allows that. */
  record Accepted(Optional<RequestId> requestId) implements PresentedRequestId {}

  /** The call is refused with this answer. */
  record Refused(StatusRuntimeException refusal) implements PresentedRequestId {}

  /** Reads a call's headers. */
  static PresentedRequestId in(
      Metadata headers, Guard guard, InstantSource clock, Duration allowedSkew) {
    List<String> values = new ArrayList<>();
    Iterable<String> all = headers.getAll(IdempotencyHeaders.REQUEST_ID);
    if (all != null) {
      all.forEach(values::add);
    }
    if (values.size() > 1) {
      return new Refused(
          Refusals.requestIdInvalid("there are " + values.size() + " request IDs in the headers"));
    }
    if (values.isEmpty()) {
      return guard.requestIdRequired()
          ? new Refused(Refusals.requestIdMissing())
          : new Accepted(Optional.empty());
    }
    return checked(values.get(0), clock.instant().plus(allowedSkew), allowedSkew);
  }

  private static PresentedRequestId checked(String text, Instant latest, Duration allowedSkew) {
    try {
      RequestId id = RequestId.of(text);
      return id.time().isPresent() && id.time().get().isAfter(latest)
          ? new Refused(Refusals.requestIdFromTheFuture(id.time().get(), allowedSkew))
          : new Accepted(Optional.of(id));
    } catch (IllegalArgumentException e) {
      return new Refused(Refusals.requestIdInvalid(String.valueOf(e.getMessage())));
    }
  }
}
