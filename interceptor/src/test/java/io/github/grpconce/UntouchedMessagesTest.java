package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.teststore.StoreTest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of unguarded methods are what they are without our interceptors. */
@StoreTest
@ParameterizedClass
@EnumSource
class UntouchedMessagesTest extends MessagesContract {

  @Parameter private Wire.Interceptors interceptors;

  @Test
  void serverCompressedUnary() throws Exception {
    assertTrue(wireSizeOfResponse(true) < 10_000);
    assertEquals(314_159, wireSizeOfResponse(false));
  }

  private long wireSizeOfResponse(boolean compressMessage) throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncUnaryCall(
            (request, observer) -> {
              var call = (ServerCallStreamObserver<byte[]>) observer;
              call.setCompression("gzip");
              call.setMessageCompression(compressMessage);
              observer.onNext(Wire.bytes(314_159, 0));
              observer.onCompleted();
            });
    WireSize responses = new WireSize();
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      CallOptions options = attempt().withStreamTracerFactory(responses.atClient());
      assertArrayEquals(Wire.bytes(314_159, 0), unary(wire, options, EMPTY));
      return responses.bytes();
    }
  }

  @Test
  void pingPong() throws Exception {
    try (Wire wire = wire(MethodType.BIDI_STREAMING, Handlers.echo())) {
      Answers answers = new Answers();
      StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(wire.newCall(), answers);
      for (int size : new int[] {31_415, 9, 2_653, 58_979}) {
        requests.onNext(Wire.bytes(size, 0));
        assertEquals(size, answers.next().length);
      }
      requests.onCompleted();
      assertEquals(Status.Code.OK, answers.end().getCode());
    }
  }

  @Test
  void emptyStream() throws Exception {
    try (Wire wire = wire(MethodType.BIDI_STREAMING, Handlers.echo())) {
      Answers answers = new Answers();
      ClientCalls.asyncBidiStreamingCall(wire.newCall(), answers).onCompleted();
      assertEquals(Status.Code.OK, answers.end().getCode());
      assertTrue(answers.isEmpty());
    }
  }

  @Override
  Wire wire(
      MethodType type,
      ServerCallHandler<byte[], byte[]> handler,
      ServerStreamTracer.Factory... tracers)
      throws Exception {
    return new Wire(interceptors, type, handler, tracers);
  }

  @Override
  CallOptions attempt() {
    return CallOptions.DEFAULT;
  }

  @Override
  int expectedExecutions() {
    return ATTEMPTS;
  }
}
