package io.github.grpconce.internal.client;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which ID a call gets whose request can hold one, too.
 *
 * @param due what the call's headers, its options, its context or its handler say, if they do
 * @param label which part of its operation the call is; it is in {@code due} already
 * @param fieldCounts whether the server is known to guard the method, and so to refuse two IDs; if
 *     not, the field may be anybody's, and the server may never look at the header
 * @param newIds makes those that come from nowhere else
 */
public record IdChoice(
    Optional<RequestId> due,
    @Nullable String label,
    boolean fieldCounts,
    Supplier<RequestId> newIds) {

  /** Returns the choice that is left if the headers hold an ID already. */
  IdChoice fixedTo(RequestId inHeaders) {
    return new IdChoice(Optional.of(inHeaders), null, fieldCounts, newIds);
  }

  /**
   * Returns the ID.
   *
   * @param inField what the request's own field holds
   * @return empty if the field holds what is no ID: the server judges. A guarded method refuses it;
   *     to another it may mean something else
   * @throws StatusRuntimeException if the server would refuse the call for ever, because the field
   *     holds another ID
   */
  Optional<RequestId> of(Optional<String> inField) {
    if (inField.isEmpty()) {
      return Optional.of(due.orElseGet(newIds));
    }
    Optional<RequestId> own = parsed(inField.get());
    Optional<RequestId> wanted =
        due.or(() -> label == null ? own : own.map(operation -> operation.child(label)));
    if (fieldCounts && wanted.isPresent() && !wanted.equals(own)) {
      throw twoIds();
    }
    return wanted;
  }

  private static Optional<RequestId> parsed(String field) {
    try {
      return Optional.of(RequestId.of(field));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static StatusRuntimeException twoIds() {
    return ErrorReason.REQUEST_ID_INVALID.refusal(
        "the request's own field for its ID holds another one than the call has by its headers, its"
            + " options, its context, its label or its handler, and its server would refuse it for"
            + " ever; it was not sent. Leave the field unset; or let it count, and give the call the"
            + " same ID (IdempotencyClientInterceptor.REQUEST_ID). If the field means something"
            + " else, say so in the method's guard (request_id_field)");
  }
}
