package io.github.grpconce.internal.answer;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.store.Causes;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.internal.store.StoreLoop;
import io.github.grpconce.v1.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What the callers of a method, and the server's operators, are told when the store or the guard
 * itself fails. Callers are asked to try again only where that can help; operators hear of
 * everything but the guard's own mistakes, which are logged where they are caught. Thread-safe.
 */
public final class Failures {

  private static final String SHUTTING_DOWN = "the server is shutting down";

  private final SeldomLog log;
  private final String method;
  private final Duration pushback;

  /**
   * Makes the failures of one method.
   *
   * @param method its full name
   * @param pushback how long clients wait where trying again can help
   */
  public Failures(SeldomLog log, String method, Duration pushback) {
    this.log = log;
    this.method = method;
    this.pushback = pushback;
  }

  /** Returns what is answered, and logs what operators should know. */
  public <RespT> Answer<RespT> answer(Throwable failure) {
    Optional<StoreError> error = StoreError.causing(failure);
    if (error.isPresent()) {
      return answer(error.get());
    }
    Optional<String> unreadable = unreadable(failure);
    if (unreadable.isPresent()) {
      String what = unreadable.get();
      say(what, "what is stored can't be understood: " + what);
      return Answer.refusal(Refusals.recordUnreadable(what));
    }
    if (StoreLoop.rootOf(failure) instanceof RejectedExecutionException) {
      log.say(LogLine.EXECUTOR_REFUSES, method);
      return Answer.failure(
          Status.UNAVAILABLE.withDescription(SHUTTING_DOWN).withCause(failure), new Metadata());
    }
    return Answer.failure(
        Status.INTERNAL.withDescription("the guard failed").withCause(failure), new Metadata());
  }

  private <RespT> Answer<RespT> answer(StoreError error) {
    if (error.isMisuse()) {
      String what = "the store refuses what is asked of it: " + error;
      say("error " + error.code(), what);
      return Answer.refusal(Refusals.storeMisused(what));
    }
    String what = why(error);
    say("error " + error.code(), what);
    return Answer.refusal(Refusals.storeUnavailable(what, pushback));
  }

  /** Logs what callers are told of a handler that has to be changed, whoever has told them. */
  public void note(Answer<?> answer) {
    if (answer.status().isOk()) {
      return;
    }
    ErrorReason.of(answer.status().asRuntimeException(answer.trailers()))
        .ifPresent(
            reason -> {
              if (reason == ErrorReason.RESPONSE_TOO_LARGE) {
                log.say(LogLine.RESPONSE_TOO_LARGE, method);
              } else if (reason == ErrorReason.TRANSACTION_TOO_OLD) {
                log.say(LogLine.TOO_SLOW, method);
              }
            });
  }

  private void say(String reason, String what) {
    log.say(LogLine.CALL_FAILED, method + ' ' + reason, method, what);
  }

  private static String why(StoreError error) {
    if (error.isClosed()) {
      return SHUTTING_DOWN + ", and its database is closed";
    }
    if (error.code() == StoreError.USED_DURING_COMMIT) {
      return "the handler used its transaction during the commit, whose result isn't known: "
          + error;
    }
    // The store counts the handler's time, too, and doesn't say whose it was.
    return error.isTimeout()
        ? "the store did not answer, or the handler left it no time to: " + error
        : "the store could not do what was asked of it: " + error;
  }

  /** Whether {@link #answer} says, and logs, more of it than that the guard failed. */
  public static boolean isKnown(@Nullable Throwable failure) {
    return StoreError.causing(failure).isPresent() || unreadable(failure).isPresent();
  }

  private static Optional<String> unreadable(@Nullable Throwable failure) {
    return Causes.of(failure)
        .filter(UnreadableRecordException.class::isInstance)
        .map(cause -> String.valueOf(cause.getMessage()))
        .findFirst();
  }

  /** What is stored of a failure: nothing that anybody has said. */
  public static Failure stored(Status failed) {
    Throwable cause = failed.getCause();
    return Failure.newBuilder()
        .setCode(failed.getCode().value())
        .setException(cause == null ? "" : StoreLoop.rootOf(cause).getClass().getName())
        .build();
  }

  /** It would not be true: the step may not take effect. */
  public static <RespT> Answer<RespT> answeredWithinAStep() {
    return Answer.failure(
        Status.INTERNAL.withDescription("the handler answered while a step was under way"),
        new Metadata());
  }
}
