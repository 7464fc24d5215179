package io.github.grpconce.server;

import io.github.grpconce.record.StoreError;
import io.github.grpconce.record.UnreadableRecordException;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/** What a caller is told when the store, or the guard itself, fails. */
final class Failures {

  private Failures() {}

  static <RespT> Answer<RespT> answer(Throwable failure, Duration pushback) {
    Optional<StoreError> error = StoreError.causing(failure);
    if (error.isPresent() && error.get().isMisuse()) {
      return Answer.failure(
          Status.INTERNAL
              .withDescription("the store refused the transaction: " + error.get())
              .withCause(failure),
          new Metadata());
    }
    if (error.isPresent()) {
      return Answer.refusal(Refusals.storeUnavailable(why(error.get()), pushback));
    }
    Throwable cause = rootOf(failure);
    if (cause instanceof UnreadableRecordException unreadable) {
      return Answer.refusal(
          Refusals.storeUnavailable(String.valueOf(unreadable.getMessage()), pushback));
    }
    if (cause instanceof RejectedExecutionException) {
      return Answer.failure(
          Status.UNAVAILABLE.withDescription("the server is shutting down").withCause(failure),
          new Metadata());
    }
    return Answer.failure(
        Status.INTERNAL.withDescription("the guard failed").withCause(failure), new Metadata());
  }

  private static String why(StoreError error) {
    return error.code() == StoreError.USED_DURING_COMMIT
        ? "the handler used its transaction during the commit, whose result isn't known: " + error
        : "the store did not answer: " + error;
  }

  /** It would not be true: the step may not take effect. */
  static <RespT> Answer<RespT> answeredWithinAStep() {
    return Answer.failure(
        Status.INTERNAL.withDescription("the handler answered while a step was under way"),
        new Metadata());
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
