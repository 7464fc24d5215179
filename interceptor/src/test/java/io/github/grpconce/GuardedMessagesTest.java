package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.teststore.StoreTest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerStreamTracer;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A guarded method's first attempt is executed, and the second answered from the record. */
@StoreTest
@ParameterizedClass
@EnumSource
class GuardedMessagesTest extends MessagesContract {

  @Parameter private Guard.Mode mode;

  /** How an answer is compressed is not part of it: a replay might go to another client. */
  @Test
  void serverCompressedUnary() throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncUnaryCall(
            (request, observer) -> {
              executions.incrementAndGet();
              var call = (ServerCallStreamObserver<byte[]>) observer;
              call.setCompression("gzip");
              call.setMessageCompression(true);
              observer.onNext(Wire.bytes(314_159, 0));
              observer.onCompleted();
            });
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        assertArrayEquals(Wire.bytes(314_159, 0), unary(wire, attempt(), EMPTY));
      }
    }
    assertEquals(1, executions.get());
  }

  @Override
  Wire wire(
      MethodType type,
      ServerCallHandler<byte[], byte[]> handler,
      ServerStreamTracer.Factory... tracers)
      throws Exception {
    return Wire.guarded(mode, type, handler, tracers);
  }

  @Override
  CallOptions attempt() {
    return Wire.attemptOf("one-operation");
  }

  @Override
  int expectedExecutions() {
    return 1;
  }
}
