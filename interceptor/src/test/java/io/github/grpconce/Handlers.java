package io.github.grpconce;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** Handlers of calls whose messages are bytes. */
final class Handlers {

  private Handlers() {}

  static ServerCallHandler<byte[], byte[]> unary(UnaryOperator<byte[]> function) {
    return ServerCalls.asyncUnaryCall(
        (request, observer) -> {
          observer.onNext(function.apply(request));
          observer.onCompleted();
        });
  }

  static ServerCallHandler<byte[], byte[]> echo() {
    return ServerCalls.asyncBidiStreamingCall(observer -> observer);
  }

  /** Never answers, and tells when it is cancelled. */
  static ServerCall.Listener<byte[]> silent(CountDownLatch cancelled) {
    return new ServerCall.Listener<>() {
      @Override
      public void onCancel() {
        cancelled.countDown();
      }
    };
  }

  /** Answers with how many bytes there were. */
  static final class Summing implements StreamObserver<byte[]> {

    private final StreamObserver<byte[]> answers;
    private long sum;

    Summing(StreamObserver<byte[]> answers) {
      this.answers = answers;
    }

    @Override
    public void onNext(byte[] message) {
      sum += message.length;
    }

    @Override
    public void onError(Throwable failure) {
      answers.onError(failure);
    }

    @Override
    public void onCompleted() {
      answers.onNext(Long.toString(sum).getBytes(US_ASCII));
      answers.onCompleted();
    }
  }
}
