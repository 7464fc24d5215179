package io.github.grpconce;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a guarded call was refused by its guard, as a program can switch on it.
 *
 * <p>It travels as the {@code reason} of a {@code google.rpc.ErrorInfo} with the domain {@value
 * #DOMAIN} in the status details (AIP-193). A handler's own failures have none; nor has what a
 * handler passes on of a guard that refused a call of its own, which is answered with UNAVAILABLE
 * if trying again can help, else with INTERNAL and a pushback that tells clients not to, and never
 * recorded.
 *
 * <pre>{@code
 * try {
 *   stub.charge(request);
 * } catch (StatusRuntimeException e) {
 *   if (ErrorReason.of(e).equals(Optional.of(ErrorReason.REQUEST_ID_EXPIRED))) {
 *     // Look up what became of the charge: it won't be made again.
 *   }
 * }
 * }</pre>
 */
public enum ErrorReason {
  /** The guard requires a request ID and the call has none. */
  REQUEST_ID_MISSING(Status.Code.INVALID_ARGUMENT),

  /** Empty, too long, not printable ASCII, several values, or from the future. */
  REQUEST_ID_INVALID(Status.Code.INVALID_ARGUMENT),

  /** The server keeps records for each caller, and it isn't known who is calling. */
  SCOPE_MISSING(Status.Code.UNAUTHENTICATED),

  /** The ID was used before for a request with other content. */
  REQUEST_ID_REUSED(Status.Code.INVALID_ARGUMENT),

  /**
   * A call that the handler made under a derived ID was refused, because that ID was used before
   * for other content: the handler has changed since an earlier execution of the same operation.
   * This execution makes no further calls and no steps, and its answer isn't recorded.
   */
  CALLS_CHANGED(Status.Code.FAILED_PRECONDITION),

  /** A client refused the call: its handler's guard demands a label, and it has none. */
  LABEL_MISSING(Status.Code.FAILED_PRECONDITION),

  /** The ID is so old that the outcome may have been forgotten; it will not be executed again. */
  REQUEST_ID_EXPIRED(Status.Code.FAILED_PRECONDITION),

  /** Another attempt is being executed and this one can't wait longer: try again. */
  IN_PROGRESS(Status.Code.UNAVAILABLE),

  /** The server has no room for further requests; nothing was done: try again. */
  OVERLOADED(Status.Code.UNAVAILABLE),

  /** The request is over the guard's limit; nothing was committed. */
  REQUEST_TOO_LARGE(Status.Code.RESOURCE_EXHAUSTED),

  /**
   * The response is over the limit of what is recorded. It is neither recorded nor given; steps
   * that were done are kept.
   */
  RESPONSE_TOO_LARGE(Status.Code.RESOURCE_EXHAUSTED),

  /**
   * The handler outlived FoundationDB's five seconds on every try: it needs STEPS mode. The message
   * says whether it is certain that nothing was committed.
   */
  TRANSACTION_TOO_OLD(Status.Code.ABORTED),

  /**
   * The store did not answer, or could not do what was asked of it for the moment. The call was not
   * executed, or its outcome is not known: try again.
   */
  STORE_UNAVAILABLE(Status.Code.UNAVAILABLE),

  /**
   * The store refuses what it is asked for, and would again: a value or a transaction that is too
   * large, say. The handler is at fault, or a limit that was set for it.
   */
  STORE_MISUSED(Status.Code.RESOURCE_EXHAUSTED),

  /**
   * What is stored of the operation can't be understood: it is damaged, or has the format of
   * another version of this library. Whether the operation took effect before isn't known, and it
   * isn't executed again. An operator has to look; see {@link UnreadableRecordException}.
   */
  RECORD_UNREADABLE(Status.Code.DATA_LOSS);

  /** The domain of the {@code ErrorInfo}. */
  public static final String DOMAIN = "grpconce";

  private final Status.Code code;

  ErrorReason(Status.Code code) {
    this.code = code;
  }

  /** Returns the status code of a refusal for this reason. */
  public Status.Code code() {
    return code;
  }

  /** Returns the refusal: a status with this reason in its details, and the trailers for them. */
  public StatusRuntimeException refusal(String message) {
    return refusal(message, Map.of(), null);
  }

  /**
   * Returns the refusal with facts for programs.
   *
   * @param facts becomes the {@code metadata} of the {@code ErrorInfo}; never holds a value out of
   *     a request
   */
  public StatusRuntimeException refusal(String message, Map<String, String> facts) {
    return refusal(message, facts, null);
  }

  /**
   * Returns the refusal with a word on when to try again.
   *
   * @param pushback how long the client waits before its next attempt; to the millisecond
   */
  public StatusRuntimeException refusal(String message, Duration pushback) {
    return refusal(message, Map.of(), pushback);
  }

  private StatusRuntimeException refusal(
      String message, Map<String, String> facts, @Nullable Duration pushback) {
    ErrorInfo info =
        ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(name()).putAllMetadata(facts).build();
    Metadata trailers = new Metadata();
    if (pushback != null) {
      trailers.put(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS, Long.toString(pushback.toMillis()));
    }
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(message)
            .addDetails(Any.pack(info))
            .build(),
        trailers);
  }

  /**
   * Returns the reason for which a call was refused by its guard.
   *
   * @param failure what the call failed with; the causes of it are searched too
   * @return empty if the call failed for another reason, or for one that this version doesn't know
   */
  public static Optional<ErrorReason> of(Throwable failure) {
    return details(failure).stream()
        .filter(detail -> detail.is(ErrorInfo.class))
        .map(ErrorReason::unpack)
        .filter(info -> info.getDomain().equals(DOMAIN))
        .flatMap(info -> Arrays.stream(values()).filter(r -> r.name().equals(info.getReason())))
        .findFirst();
  }

  /** Details that can't be read give no reason: they are some other server's. */
  private static List<Any> details(Throwable failure) {
    try {
      com.google.rpc.Status status = StatusProto.fromThrowable(failure);
      return status == null ? List.of() : status.getDetailsList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static ErrorInfo unpack(Any detail) {
    try {
      return detail.unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      return ErrorInfo.getDefaultInstance();
    }
  }
}
