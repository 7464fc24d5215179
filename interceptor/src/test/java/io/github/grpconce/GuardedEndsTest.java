package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.teststore.StoreTest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guarded method's first attempt is executed, and the second one if the first did not tell the
 * outcome.
 */
@StoreTest
@ParameterizedClass
@EnumSource
class GuardedEndsTest extends EndsContract {

  @Parameter private Guard.Mode mode;

  /** Nothing is executed before the request is complete, so there is nothing to be cancelled. */
  @Test
  void cancelAfterBegin() throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncClientStreamingCall(
            observer -> {
              executions.incrementAndGet();
              return new Handlers.Summing(observer);
            });
    try (Wire wire = wire(MethodType.CLIENT_STREAMING, handler)) {
      Answers answers = new Answers();
      ClientCall<byte[], byte[]> call = wire.channel().newCall(wire.method(), attempt());
      StreamObserver<byte[]> requests = ClientCalls.asyncClientStreamingCall(call, answers);
      requests.onNext(EMPTY);
      call.cancel("changed my mind", null);
      assertEquals(Status.Code.CANCELLED, answers.end().getCode());
    }
    assertEquals(0, executions.get());
  }

  @Override
  Wire wire(MethodType type, ServerCallHandler<byte[], byte[]> handler) throws Exception {
    return Wire.guarded(mode, type, handler);
  }

  @Override
  CallOptions attempt() {
    return Wire.attemptOf("one-operation");
  }

  /** UNKNOWN says nothing about the outcome. */
  @Override
  int expectedExecutions(Status.Code code) {
    return code == Status.Code.UNKNOWN ? ATTEMPTS : 1;
  }
}
