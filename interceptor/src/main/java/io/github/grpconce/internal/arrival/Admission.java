package io.github.grpconce.internal.arrival;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.answer.Refusals;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a call may be executed, by what it says of its caller and its request ID. */
public sealed interface Admission {

  /**
   * The call may be executed.
   *
   * @param scope who is calling; empty if callers are not told apart
   * @param requestId empty if the guard lets calls have none
   */
  record Admitted(String scope, Optional<RequestId> requestId) implements Admission {

    /** Leaves out who asks for what: it may be nobody's business who reads logs. */
    @Override
    public String toString() {
      return "Admitted";
    }
  }

  /** The call is refused. */
  record Refused(StatusRuntimeException refusal) implements Admission {}

  /** Whether the call has no request ID, be that allowed or not. */
  default boolean isWithoutRequestId() {
    return this instanceof Admitted admitted
        ? admitted.requestId().isEmpty()
        : this instanceof Refused refused
            && ErrorReason.of(refused.refusal())
                .equals(Optional.of(ErrorReason.REQUEST_ID_MISSING));
  }

  /**
   * Decides about a call whose headers and request may both name an ID, and then must agree.
   *
   * @param inRequest the ID in the request itself (AIP-155), if there is one
   * @param now by this server's clock
   */
  static Admission of(
      Optional<String> scope,
      Metadata headers,
      Optional<String> inRequest,
      Guard guard,
      Instant now,
      Duration allowedSkew) {
    if (scope.isEmpty()) {
      return new Refused(Refusals.scopeMissing());
    }
    List<String> values = valuesIn(headers);
    if (values.size() > 1) {
      return invalid("there are " + values.size() + " request IDs in the headers");
    }
    try {
      Optional<RequestId> ofHeaders = values.stream().map(RequestId::of).findFirst();
      Optional<RequestId> ofRequest = inRequest.map(RequestId::of);
      if (ofHeaders.isPresent() && ofRequest.isPresent() && !ofHeaders.equals(ofRequest)) {
        return invalid(
            "the request ID in the headers is not the one in the request's own field: leave the"
                + " field unset, or send the same in both");
      }
      return ofId(scope.get(), ofHeaders.or(() -> ofRequest), guard, now.plus(allowedSkew));
    } catch (IllegalArgumentException e) {
      return invalid(String.valueOf(e.getMessage()));
    }
  }

  private static Admission ofId(String scope, Optional<RequestId> id, Guard guard, Instant latest) {
    if (id.isEmpty() && guard.requestIdRequired()) {
      return new Refused(Refusals.requestIdMissing());
    }
    Optional<Instant> time = id.flatMap(RequestId::time);
    return time.isPresent() && time.get().isAfter(latest)
        ? new Refused(Refusals.requestIdFromTheFuture(time.get(), latest))
        : new Admitted(scope, id);
  }

  private static List<String> valuesIn(Metadata headers) {
    List<String> values = new ArrayList<>();
    Iterable<String> all = headers.getAll(IdempotencyHeaders.REQUEST_ID);
    if (all != null) {
      all.forEach(values::add);
    }
    return values;
  }

  private static Admission invalid(String complaint) {
    return new Refused(Refusals.requestIdInvalid(complaint));
  }
}
