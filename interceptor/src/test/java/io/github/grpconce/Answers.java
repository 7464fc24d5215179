package io.github.grpconce;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Waits for what a stream brings. */
final class Answers implements StreamObserver<byte[]> {

  /** Only a test that fails waits so long. */
  static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();

  @Override
  public void onNext(byte[] message) {
    messages.add(message);
  }

  @Override
  public void onError(Throwable failure) {
    StatusRuntimeException exception = (StatusRuntimeException) failure;
    end.complete(exception.getStatus());
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }

  byte[] next() throws InterruptedException {
    byte[] message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message; the stream's end: " + end);
    }
    return message;
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  Status end() throws Exception {
    return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** As the listener of a call without stub. */
  ClientCall.Listener<byte[]> listener() {
    return new Listener();
  }

  private final class Listener extends ClientCall.Listener<byte[]> {

    @Override
    public void onMessage(byte[] message) {
      onNext(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.complete(status);
    }
  }
}
