package io.github.grpconce.internal.answer;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.internal.record.Lookup;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** What a guard says when it refuses a call: the one place where these texts are. */
public final class Refusals {

  private Refusals() {}

  public static StatusRuntimeException requestIdMissing() {
    return ErrorReason.REQUEST_ID_MISSING.refusal(
        "this method needs a request ID, the same at every attempt: give the client's channel an"
            + " IdempotencyClientInterceptor, or send one in the header idempotency-key or in the"
            + " message's own field for it");
  }

  public static StatusRuntimeException scopeMissing() {
    return ErrorReason.SCOPE_MISSING.refusal(
        "it isn't known who is calling, and records are kept for each caller");
  }

  public static StatusRuntimeException requestIdInvalid(String complaint) {
    return ErrorReason.REQUEST_ID_INVALID.refusal(complaint);
  }

  public static StatusRuntimeException requestIdFromTheFuture(Instant time, Instant latest) {
    return requestIdInvalid(
        "the request ID is from the future ("
            + time
            + "; the latest that is allowed now is "
            + latest
            + "): check the client's clock and the server's");
  }

  public static StatusRuntimeException requestIdReused(Optional<String> field) {
    return ErrorReason.REQUEST_ID_REUSED.refusal(
        "the request ID was used before for a request with other content"
            + field.map(name -> ": the first field that differs is " + name).orElse(""),
        field.map(name -> Map.of("field", name)).orElse(Map.of()));
  }

  public static StatusRuntimeException requestIdExpired(Lookup.Expired expired) {
    return ErrorReason.REQUEST_ID_EXPIRED.refusal(
        "the request ID is not younger than "
            + expired.horizon()
            + ": what became of the operation isn't known any more, and it won't be executed"
            + " again");
  }

  public static StatusRuntimeException inProgress(Duration pushback) {
    return ErrorReason.IN_PROGRESS.refusal(
        "another attempt is being executed; try again for its outcome", pushback);
  }

  public static StatusRuntimeException begunInSteps(Duration pushback) {
    return ErrorReason.IN_PROGRESS.refusal(
        "the call was begun in steps, and this server doesn't execute it so any more: try again,"
            + " until one that does has finished it",
        pushback);
  }

  public static StatusRuntimeException requestTooLarge(int maxBytes) {
    return ErrorReason.REQUEST_TOO_LARGE.refusal(
        "the request is over the limit of " + maxBytes + " bytes; nothing was done");
  }

  public static StatusRuntimeException responseTooLarge(int maxBytes) {
    return ErrorReason.RESPONSE_TOO_LARGE.refusal(
        "the response is over the limit of "
            + maxBytes
            + " bytes of what is recorded: it can't be kept, and so isn't given");
  }

  /** Of a commit whose result isn't known, nothing is said. */
  public static StatusRuntimeException transactionTooOld(
      int tries, Duration handlersTime, boolean nothingCommitted) {
    return ErrorReason.TRANSACTION_TOO_OLD.refusal(
        "the call's transaction was older than FoundationDB's five seconds at "
            + tries
            + " tries in a row, and the handler took "
            + handlersTime.truncatedTo(ChronoUnit.MILLIS)
            + " at the last;"
            + (nothingCommitted
                ? " nothing was committed"
                : " whether one took effect isn't known"));
  }

  public static StatusRuntimeException overloaded(Duration pushback) {
    return ErrorReason.OVERLOADED.refusal(
        "there is no room for further requests; nothing was done, try again later", pushback);
  }

  public static StatusRuntimeException stepTooOld() {
    return ErrorReason.TRANSACTION_TOO_OLD.refusal(
        "a step's transaction was older than FoundationDB's five seconds at several tries in a row;"
            + " what the call has done before is kept");
  }

  /** No code of ours: it is the handler that has failed, in a way of its own. */
  public static StatusRuntimeException stepChanged(String label) {
    return Status.INTERNAL
        .withDescription(
            "the handler's code has changed since this call was begun: step "
                + label
                + " is remembered with a result of another type. Steps must keep their labels and"
                + " types; what the call has done before is kept")
        .asRuntimeException();
  }

  static StatusRuntimeException storeUnavailable(String why, Duration pushback) {
    return ErrorReason.STORE_UNAVAILABLE.refusal(why, pushback);
  }

  /** Trying again would find the same: no pushback. */
  public static StatusRuntimeException recordUnreadable(String what) {
    return ErrorReason.RECORD_UNREADABLE.refusal(
        "what is stored can't be understood, and nobody executes over it: " + what);
  }

  /** Trying again would ask for the same: no pushback. */
  public static StatusRuntimeException storeMisused(String what) {
    return ErrorReason.STORE_MISUSED.refusal(what);
  }

  public static StatusRuntimeException waitedTooLong(Duration maxWait) {
    return Status.DEADLINE_EXCEEDED
        .withDescription("the call has no deadline and took longer than the server's " + maxWait)
        .asRuntimeException();
  }

  public static StatusRuntimeException requestIncomplete(Duration maxWait) {
    return Status.DEADLINE_EXCEEDED
        .withDescription(
            "the request was not complete after the server's " + maxWait + "; nothing was done")
        .asRuntimeException();
  }

  public static StatusRuntimeException endedIncomplete(Status end) {
    return Status.fromCode(end.getCode())
        .withDescription("the request was not complete when the call ended; nothing was done")
        .asRuntimeException();
  }
}
