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
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The cases of gRPC's interoperability tests about how calls begin and end: those of unguarded
 * methods are what they are without our interceptors.
 */
@ParameterizedClass
@EnumSource
class UntouchedEndsTest {

  private static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-test-text", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("x-test-binary-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final byte[] EMPTY = {};

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
      CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.SECONDS);
      var failure =
          assertThrows(
              StatusRuntimeException.class,
              () -> ClientCalls.blockingUnaryCall(wire.channel(), wire.method(), options, EMPTY));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, failure.getStatus().getCode());
      assertTrue(end.await(Answers.PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertNotNull(atServer.get());
    }
  }

  @Test
  void customMetadata() throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
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
      try (Wire wire = wire(type, handler)) {
        Metadata headers = new Metadata();
        headers.put(TEXT, "test_initial_metadata_value");
        headers.put(BINARY, new byte[] {(byte) 0xab, (byte) 0xab, (byte) 0xab});
        AtomicReference<Metadata> answered = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        Channel channel =
            ClientInterceptors.intercept(
                wire.channel(),
                MetadataUtils.newAttachHeadersInterceptor(headers),
                MetadataUtils.newCaptureMetadataInterceptor(answered, trailers));
        ClientCalls.blockingServerStreamingCall(channel, wire.method(), CallOptions.DEFAULT, EMPTY)
            .forEachRemaining(message -> assertArrayEquals(EMPTY, message));
        assertEquals("test_initial_metadata_value", answered.get().get(TEXT));
        assertArrayEquals(
            new byte[] {(byte) 0xab, (byte) 0xab, (byte) 0xab}, trailers.get().get(BINARY));
      }
    }
  }

  @Test
  void statusCodeAndMessage() throws Exception {
    assertStatus(Status.UNKNOWN.withDescription("test status message"));
  }

  @Test
  void specialStatusMessage() throws Exception {
    assertStatus(
        Status.UNKNOWN.withDescription(
            "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n"));
  }

  @Test
  void statusDetails() throws Exception {
    StatusRuntimeException refusal = ErrorReason.REQUEST_ID_REUSED.refusal("somebody else's");
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncUnaryCall((request, observer) -> observer.onError(refusal));
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      var failure = assertThrows(StatusRuntimeException.class, () -> wire.call(EMPTY));
      assertEquals(ErrorReason.REQUEST_ID_REUSED, ErrorReason.of(failure).orElseThrow());
    }
  }

  private void assertStatus(Status status) throws Exception {
    ServerCallHandler<byte[], byte[]> unary =
        ServerCalls.asyncUnaryCall(
            (request, observer) -> observer.onError(status.asRuntimeException()));
    try (Wire wire = wire(MethodType.UNARY, unary)) {
      var failure = assertThrows(StatusRuntimeException.class, () -> wire.call(EMPTY));
      assertEquals(status.getCode(), failure.getStatus().getCode());
      assertEquals(status.getDescription(), failure.getStatus().getDescription());
    }
    ServerCallHandler<byte[], byte[]> bidi =
        ServerCalls.asyncBidiStreamingCall(
            observer -> {
              observer.onError(status.asRuntimeException());
              return new Answers();
            });
    try (Wire wire = wire(MethodType.BIDI_STREAMING, bidi)) {
      Answers answers = new Answers();
      ClientCalls.asyncBidiStreamingCall(wire.newCall(), answers);
      assertEquals(status.getCode(), answers.end().getCode());
      assertEquals(status.getDescription(), answers.end().getDescription());
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
      var failure = assertThrows(StatusRuntimeException.class, () -> wire.call(EMPTY));
      assertEquals(Status.Code.UNKNOWN, failure.getStatus().getCode());
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
              () ->
                  ClientCalls.blockingUnaryCall(
                      wire.channel(), method, CallOptions.DEFAULT, EMPTY));
      assertEquals(Status.Code.UNIMPLEMENTED, failure.getStatus().getCode());
    }
  }

  @Test
  void attributes() throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          assertNotNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
          assertEquals("authority.test", call.getAuthority());
          return Handlers.unary(request -> request).startCall(call, headers);
        };
    try (Wire wire = wire(MethodType.UNARY, handler)) {
      Answers answers = new Answers();
      var call =
          wire.channel()
              .newCall(wire.method(), CallOptions.DEFAULT.withAuthority("authority.test"));
      ClientCalls.asyncUnaryCall(call, EMPTY, answers);
      assertArrayEquals(EMPTY, answers.next());
      assertEquals(Status.Code.OK, answers.end().getCode());
      assertNotNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }
  }

  private Wire wire(MethodType type, ServerCallHandler<byte[], byte[]> handler) throws Exception {
    return new Wire(interceptors, type, handler);
  }
}
