package io.github.grpconce.internal.answer;

import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.internal.store.StoreLoop;
import io.github.grpconce.v1.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/** What a caller is told when the store, or the guard itself, fails. */
public final class Failures {

  private Failures() {}

  public static <RespT> Answer<RespT> answer(Throwable failure, Duration pushback) {
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
    Throwable cause = StoreLoop.rootOf(failure);
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

  /** What is stored of a failure: nothing that anybody has said. */
  public static Failure stored(Status failed) {
    Throwable cause = failed.getCause();
    return Failure.newBuilder()
        .setCode(failed.getCode().value())
        .setException(cause == null ? "" : StoreLoop.rootOf(cause).getClass().getName())
        .build();
  }

  private static String why(StoreError error) {
    if (error.code() == StoreError.USED_DURING_COMMIT) {
      return "the handler used its transaction during the commit, whose result isn't known: "
          + error;
    }
    // The store counts the handler's time, too, and doesn't say whose it was.
    return error.isTimeout()
        ? "the store did not answer, or the handler left it no time to: " + error
        : "the store did not answer: " + error;
  }

  /** It would not be true: the step may not take effect. */
  public static <RespT> Answer<RespT> answeredWithinAStep() {
    return Answer.failure(
        Status.INTERNAL.withDescription("the handler answered while a step was under way"),
        new Metadata());
  }
}
