package io.github.grpconce.internal.answer;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.internal.store.Causes;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is answered where a handler passes on that a call of its own was refused by another guard.
 *
 * <p>That guard's reason speaks of the handler's call, and would be taken for one of the call that
 * is answered; and it is no answer for good, because nobody knows what became of the other call, or
 * because it will be another one soon. So the reason is taken away, and the rest is not recorded.
 */
final class CalleeRefusal {

  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  /** A pushback by which gRPC's clients make no further attempt. */
  private static final String NEVER = "-1";

  private CalleeRefusal() {}

  /**
   * Returns what is answered, and not recorded, in the place of what the handler says; empty if
   * that is its own word.
   *
   * @param execution of the handler: what its own client refused it stays what it is, but is no
   *     answer for good, because the handler's next version will do without that refusal
   */
  static <RespT> Optional<Answer<RespT>> passedOn(
      Status status, Metadata trailers, GuardedExecution execution) {
    if (status.isOk() || hasDetailsOfItsOwn(trailers)) {
      return Optional.empty();
    }
    Optional<ErrorInfo> info = infoIn(trailers).or(() -> infoInCauses(status));
    if (info.isEmpty() && !execution.wasRefusedWith(status)) {
      return Optional.empty();
    }
    return Optional.of(
        info.filter(of -> execution.hasRefused(of.getReason())).isPresent()
            ? Answer.failure(status, trailers)
            : Answer.failure(ownStatus(status), ownTrailers(status, trailers)));
  }

  /** Whoever gives details has made up an answer, whatever words of another's are in it. */
  private static boolean hasDetailsOfItsOwn(Metadata trailers) {
    return !detailsIn(trailers).isEmpty() && infoIn(trailers).isEmpty();
  }

  /** The cause counts if the handler has said the same again, and not something of its own. */
  private static Optional<ErrorInfo> infoInCauses(Status status) {
    return Causes.of(status.getCause())
        .flatMap(cause -> infoOf(cause, status.getCode()).stream())
        .findFirst();
  }

  private static Optional<ErrorInfo> infoOf(Throwable failure, Status.Code code) {
    if (failure instanceof StatusRuntimeException e && e.getStatus().getCode() == code) {
      return infoIn(e.getTrailers());
    }
    return failure instanceof StatusException e && e.getStatus().getCode() == code
        ? infoIn(e.getTrailers())
        : Optional.empty();
  }

  private static Optional<ErrorInfo> infoIn(@Nullable Metadata trailers) {
    return detailsIn(trailers).stream().flatMap(detail -> ours(detail).stream()).findFirst();
  }

  private static List<Any> detailsIn(@Nullable Metadata trailers) {
    return statusIn(trailers).map(com.google.rpc.Status::getDetailsList).orElse(List.of());
  }

  /** What can't be read is no word of ours. */
  private static Optional<com.google.rpc.Status> statusIn(@Nullable Metadata trailers) {
    try {
      return Optional.ofNullable(trailers).map(some -> some.get(DETAILS));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<ErrorInfo> ours(Any detail) {
    try {
      return detail.is(ErrorInfo.class)
          ? Optional.of(detail.unpack(ErrorInfo.class))
              .filter(info -> info.getDomain().equals(ErrorReason.DOMAIN))
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** Trying again helps where it would have helped the handler, and nowhere else. */
  private static Status ownStatus(Status callees) {
    Status own =
        callees.getCode() == Status.Code.UNAVAILABLE ? Status.UNAVAILABLE : Status.INTERNAL;
    String said = callees.getDescription();
    return own.withDescription(
        "a call of the handler was refused with "
            + callees.getCode()
            + (said == null ? "" : ": " + said));
  }

  /** INTERNAL is what a lost answer can look like, too, which clients do ask for again. */
  private static Metadata ownTrailers(Status callees, Metadata trailers) {
    Metadata own = Answer.copy(trailers);
    own.discardAll(DETAILS);
    if (callees.getCode() != Status.Code.UNAVAILABLE) {
      own.discardAll(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS);
      own.put(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS, NEVER);
    }
    return own;
  }
}
