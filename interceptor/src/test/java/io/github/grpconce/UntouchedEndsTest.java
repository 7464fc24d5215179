package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.teststore.StoreTest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of unguarded methods are what they are without our interceptors. */
@StoreTest
@ParameterizedClass
@EnumSource
class UntouchedEndsTest extends EndsContract {

  @Parameter private Wire.Interceptors interceptors;

  @Test
  void cancelAfterBegin() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch atServer = new CountDownLatch(1);
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          begun.countDown();
          return Handlers.silent(atServer);
        };
    try (Wire wire = wire(MethodType.CLIENT_STREAMING, handler)) {
      Answers answers = new Answers();
      ClientCall<byte[], byte[]> call = wire.newCall();
      ClientCalls.asyncClientStreamingCall(call, answers);
      assertTrue(begun.await(Answers.PATIENCE_SECONDS, TimeUnit.SECONDS));
      call.cancel("changed my mind", null);
      assertEquals(Status.Code.CANCELLED, answers.end().getCode());
      assertTrue(atServer.await(Answers.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
  }

  @Test
  void cancelAfterFirstResponse() throws Exception {
    try (Wire wire = wire(MethodType.BIDI_STREAMING, Handlers.echo())) {
      Answers answers = new Answers();
      ClientCall<byte[], byte[]> call = wire.newCall();
      StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(call, answers);
      requests.onNext(Wire.bytes(31_415, 0));
      assertEquals(31_415, answers.next().length);
      call.cancel("enough", null);
      assertEquals(Status.Code.CANCELLED, answers.end().getCode());
    }
  }

  @Test
  void statusCodeAndMessageOfAConversation() throws Exception {
    Status status = Status.UNKNOWN.withDescription("test status message");
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncBidiStreamingCall(
            observer -> {
              observer.onError(status.asRuntimeException());
              return new Answers();
            });
    try (Wire wire = wire(MethodType.BIDI_STREAMING, handler)) {
      Answers answers = new Answers();
      ClientCalls.asyncBidiStreamingCall(wire.newCall(), answers);
      assertEquals(status.getCode(), answers.end().getCode());
      assertEquals(status.getDescription(), answers.end().getDescription());
    }
  }

  @Override
  Wire wire(MethodType type, ServerCallHandler<byte[], byte[]> handler) throws Exception {
    return new Wire(interceptors, type, handler);
  }

  @Override
  CallOptions attempt() {
    return CallOptions.DEFAULT;
  }

  @Override
  int expectedExecutions(Status.Code code) {
    return ATTEMPTS;
  }
}
