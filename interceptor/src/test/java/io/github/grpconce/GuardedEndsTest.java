package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
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
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The cases of gRPC's interoperability tests about how calls begin and end, for guarded methods:
 * each call ends as it would without a guard, and so does another attempt.
 */
@ParameterizedClass
@EnumSource
class GuardedEndsTest {

  private static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-test-text", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("x-test-binary-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final byte[] THREE_BYTES = {(byte) 0xab, (byte) 0xab, (byte) 0xab};
  private static final byte[] EMPTY = {};
  private static final int ATTEMPTS = 2;

  @Parameter private Guard.Mode mode;

  private final AtomicInteger executions = new AtomicInteger();

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
      StatusRuntimeException failure = failure(wire, options);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, failure.getStatus().getCode());
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
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        AtomicReference<Metadata> answered = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        Channel channel =
            ClientInterceptors.intercept(
                wire.channel(),
                MetadataUtils.newAttachHeadersInterceptor(headers()),
                MetadataUtils.newCaptureMetadataInterceptor(answered, trailers));
        byte[] message = ClientCalls.blockingUnaryCall(channel, wire.method(), attempt(), EMPTY);
        assertArrayEquals(EMPTY, message);
        assertEquals("test_initial_metadata_value", answered.get().get(TEXT));
        assertArrayEquals(THREE_BYTES, trailers.get().get(BINARY));
      }
    }
    assertEquals(1, executions.get());
  }

  private static Metadata headers() {
    Metadata headers = new Metadata();
    headers.put(TEXT, "test_initial_metadata_value");
    headers.put(BINARY, THREE_BYTES);
    return headers;
  }

  /** UNKNOWN says nothing about the outcome: each attempt is executed. */
  @Test
  void statusCodeAndMessage() throws Exception {
    assertStatus(Status.UNKNOWN.withDescription("test status message"), ATTEMPTS);
  }

  @Test
  void specialStatusMessage() throws Exception {
    String special =
        "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n";
    assertStatus(Status.UNKNOWN.withDescription(special), ATTEMPTS);
    assertStatus(Status.NOT_FOUND.withDescription(special), 1);
  }

  private void assertStatus(Status status, int expectedExecutions) throws Exception {
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
    assertEquals(expectedExecutions, executions.get());
  }

  @Test
  void statusDetails() throws Exception {
    StatusRuntimeException refusal = ErrorReason.REQUEST_ID_REUSED.refusal("somebody else's");
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncUnaryCall((request, observer) -> observer.onError(refusal));
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        StatusRuntimeException failure = failure(wire, attempt());
        assertEquals(ErrorReason.REQUEST_ID_REUSED, ErrorReason.of(failure).orElseThrow());
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
      CallOptions options = attempt().withAuthority("authority.test");
      ClientCalls.blockingUnaryCall(wire.channel(), wire.method(), options, EMPTY);
      assertEquals("authority.test", authority.get());
      assertNotNull(remoteAddress.get());
    }
  }

  private static CallOptions attempt() {
    return Wire.attemptOf("one-operation");
  }

  private static StatusRuntimeException failure(Wire wire, CallOptions options) {
    return assertThrows(
        StatusRuntimeException.class,
        () -> ClientCalls.blockingUnaryCall(wire.channel(), wire.method(), options, EMPTY));
  }

  private Wire wire(MethodType type, ServerCallHandler<byte[], byte[]> handler) throws Exception {
    return Wire.guarded(mode, type, handler);
  }
}
