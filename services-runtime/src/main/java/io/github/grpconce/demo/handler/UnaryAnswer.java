package io.github.grpconce.demo.handler;

import com.apple.foundationdb.FDBException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Sends what a handler returns, or why it can't. */
public final class UnaryAnswer {

  private static final Logger LOG = Logger.getLogger(UnaryAnswer.class.getName());

  private UnaryAnswer() {}

  /**
   * Does a handler's work and sends its result.
   *
   * @param work throws a StatusRuntimeException to refuse the call
   */
  public static <T> void send(StreamObserver<T> observer, Supplier<T> work) {
    T answer;
    try {
      answer = work.get();
    } catch (RuntimeException e) {
      observer.onError(refusal(e));
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  /**
   * The failure stays in the cause: the guard looks there for a conflict, to execute the call
   * again.
   */
  private static StatusRuntimeException refusal(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StatusRuntimeException refusal) {
        return refusal;
      }
      if (cause instanceof FDBException) {
        return Status.UNAVAILABLE
            .withDescription("the store could not do it now: try again")
            .withCause(failure)
            .asRuntimeException();
      }
    }
    LOG.log(Level.WARNING, "a handler failed", failure);
    return Status.INTERNAL
        .withDescription("unexpected failure; the service's log has more")
        .withCause(failure)
        .asRuntimeException();
  }
}
