package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * The cases of gRPC's interoperability tests about how calls begin and end: whether or not the
 * method is guarded, each attempt ends the same.
 */
abstract class EndsContract {

  static final byte[] EMPTY = {};
  static final int ATTEMPTS = 2;

  private static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-test-text", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("x-test-binary-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final byte[] THREE_BYTES = {(byte) 0xab, (byte) 0xab, (byte) 0xab};

  final AtomicInteger executions = new AtomicInteger();

  abstract Wire wire(MethodType type, ServerCallHandler<byte[], byte[]> handler) throws Exception;

  abstract CallOptions attempt();

  /** How many of the attempts of a call are executed that ends with this code. */
  abstract int expectedExecutions(Status.Code code);

  @Test
  void timeoutOnSleepingServer() throws Exception {
    AtomicReference<Deadline> atServer = new AtomicReference<>();
    CountDownLatch end = new CountDownLatch(1);
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          atServer.set(Context.current().getDeadline());
          return Handlers.silent(end);
        };
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      // Long enough to reach the server, whose own end of the call is waited for.
      CallOptions options = attempt().withDeadlineAfter(2, TimeUnit.SECONDS);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, failure(wire, options).getStatus().getCode());
      assertTrue(end.await(Answers.PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertNotNull(atServer.get());
    }
  }

  @Test
  void customMetadata() throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          executions.incrementAndGet();
          Metadata answer = new Metadata();
          answer.put(TEXT, headers.get(TEXT));
          call.request(1);
          call.sendHeaders(answer);
          call.sendMessage(EMPTY);
          Metadata trailers = new Metadata();
          trailers.put(BINARY, headers.get(BINARY));
          call.close(Status.OK, trailers);
          return new ServerCall.Listener<>() {};
        };
    for (MethodType type : new MethodType[] {MethodType.UNARY, MethodType.SERVER_STREAMING}) {
      executions.set(0);
      try (Wire wire = wire(type, handler)) {
        for (int i = 0; i < ATTEMPTS; i++) {
          assertMetadata(wire);
        }
      }
      assertEquals(expectedExecutions(Status.Code.OK), executions.get());
    }
  }

  private void assertMetadata(Wire wire) {
    Metadata headers = new Metadata();
    headers.put(TEXT, "test_initial_metadata_value");
    headers.put(BINARY, THREE_BYTES);
    AtomicReference<Metadata> answered = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    Channel channel =
        ClientInterceptors.intercept(
            wire.channel(),
            MetadataUtils.newAttachHeadersInterceptor(headers),
            MetadataUtils.newCaptureMetadataInterceptor(answered, trailers));
    ClientCalls.blockingServerStreamingCall(channel, wire.method(), attempt(), EMPTY)
        .forEachRemaining(message -> assertArrayEquals(EMPTY, message));
    assertEquals("test_initial_metadata_value", answered.get().get(TEXT));
    assertArrayEquals(THREE_BYTES, trailers.get().get(BINARY));
  }

  @Test
  void statusCodeAndMessage() throws Exception {
    assertStatus(Status.UNKNOWN.withDescription("test status message"));
  }

  @Test
  void specialStatusMessage() throws Exception {
    String special =
        "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n";
    assertStatus(Status.UNKNOWN.withDescription(special));
    assertStatus(Status.NOT_FOUND.withDescription(special));
  }

  private void assertStatus(Status status) throws Exception {
    executions.set(0);
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncUnaryCall(
            (request, observer) -> {
              executions.incrementAndGet();
              observer.onError(status.asRuntimeException());
            });
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        StatusRuntimeException failure = failure(wire, attempt());
        assertEquals(status.getCode(), failure.getStatus().getCode());
        assertEquals(status.getDescription(), failure.getStatus().getDescription());
      }
    }
    assertEquals(expectedExecutions(status.getCode()), executions.get());
  }

  @Test
  void statusDetails() throws Exception {
    com.google.rpc.Status soldOut =
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.FAILED_PRECONDITION.value())
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("SOLD_OUT").build()))
            .build();
    StatusRuntimeException refusal = StatusProto.toStatusRuntimeException(soldOut);
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncUnaryCall((request, observer) -> observer.onError(refusal));
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        StatusRuntimeException failure = failure(wire, attempt());
        assertEquals(soldOut, StatusProto.fromThrowable(failure));
      }
    }
  }

  @Test
  void throwingHandler() throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncUnaryCall(
            (request, observer) -> {
              throw new IllegalStateException("a bug");
            });
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      assertEquals(Status.Code.UNKNOWN, failure(wire, attempt()).getStatus().getCode());
    }
  }

  @Test
  void unimplementedMethod() throws Exception {
    assertUnimplemented("test.Wire/NoSuchMethod");
  }

  @Test
  void unimplementedService() throws Exception {
    assertUnimplemented("test.NoSuchService/Call");
  }

  private void assertUnimplemented(String fullName) throws Exception {
    MethodDescriptor<byte[], byte[]> method = Wire.method(MethodType.UNARY, fullName);
    try (Wire wire = wire(MethodType.UNARY, Handlers.unary(request -> request))) {
      var failure =
          assertThrows(
              StatusRuntimeException.class,
              () -> ClientCalls.blockingUnaryCall(wire.channel(), method, attempt(), EMPTY));
      assertEquals(Status.Code.UNIMPLEMENTED, failure.getStatus().getCode());
    }
  }

  @Test
  void attributes() throws Exception {
    AtomicReference<String> authority = new AtomicReference<>();
    AtomicReference<Object> remoteAddress = new AtomicReference<>();
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          authority.set(call.getAuthority());
          remoteAddress.set(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
          return Handlers.unary(request -> request).startCall(call, headers);
        };
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      Answers answers = new Answers();
      var call = wire.channel().newCall(wire.method(), attempt().withAuthority("authority.test"));
      ClientCalls.asyncUnaryCall(call, EMPTY, answers);
      assertArrayEquals(EMPTY, answers.next());
      assertEquals(Status.Code.OK, answers.end().getCode());
      assertEquals("authority.test", authority.get());
      assertNotNull(remoteAddress.get());
      assertNotNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }
  }

  private static StatusRuntimeException failure(Wire wire, CallOptions options) {
    return assertThrows(
        StatusRuntimeException.class,
        () -> ClientCalls.blockingUnaryCall(wire.channel(), wire.method(), options, EMPTY));
  }
}
