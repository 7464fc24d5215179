package io.github.grpconce.demo.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.FDBException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class UnaryAnswerTest {

  private static final int NOT_COMMITTED = 1020;

  @Test
  void result_isSentAndTheCallCompleted() {
    Recorder recorder = answer(() -> "done");

    assertEquals(List.of("done"), recorder.messages);
    assertTrue(recorder.completed);
    assertNull(recorder.failure);
  }

  @Test
  void refusal_isSentAsItIs() {
    StatusRuntimeException refusal = Status.NOT_FOUND.asRuntimeException();

    Recorder recorder = answer(failing(new CompletionException(refusal)));

    assertSame(refusal, recorder.failure);
    assertFalse(recorder.completed);
  }

  @Test
  void conflict_staysInTheCauseOfARetryableStatus() {
    FDBException conflict = new FDBException("conflict", NOT_COMMITTED);

    Recorder recorder = answer(failing(new CompletionException(conflict)));

    Status status = Status.fromThrowable(recorder.failure);
    assertEquals(Status.Code.UNAVAILABLE, status.getCode());
    assertSame(conflict, status.getCause().getCause());
  }

  @Test
  void unexpectedFailure_isInternalAndSaysNothingOfItself() {
    Recorder recorder = answer(failing(new IllegalStateException("secret")));

    Status status = Status.fromThrowable(recorder.failure);
    assertEquals(Status.Code.INTERNAL, status.getCode());
    assertFalse(status.getDescription().contains("secret"), status.getDescription());
  }

  private static Supplier<String> failing(RuntimeException failure) {
    return () -> {
      throw failure;
    };
  }

  private static Recorder answer(Supplier<String> work) {
    Recorder recorder = new Recorder();
    UnaryAnswer.send(recorder, work);
    return recorder;
  }

  private static final class Recorder implements StreamObserver<String> {

    private final List<String> messages = new ArrayList<>();
    private Throwable failure;
    private boolean completed;

    @Override
    public void onNext(String message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable thrown) {
      failure = thrown;
    }

    @Override
    public void onCompleted() {
      completed = true;
    }
  }
}
