package io.github.grpconce;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The cases of gRPC's interoperability tests about messages: calls of unguarded methods are what
 * they are without our interceptors.
 */
@ParameterizedClass
@EnumSource
class UntouchedMessagesTest {

  private static final byte[] EMPTY = {};

  @Parameter private Wire.Interceptors interceptors;

  @Test
  void emptyUnary() throws Exception {
    try (Wire wire = wire(MethodType.UNARY, Handlers.unary(request -> request))) {
      assertArrayEquals(EMPTY, wire.call(EMPTY));
    }
  }

  @Test
  void largeUnary() throws Exception {
    try (Wire wire =
        wire(MethodType.UNARY, Handlers.unary(request -> Wire.bytes(314_159, request.length)))) {
      assertArrayEquals(Wire.bytes(314_159, 271_828), wire.call(Wire.bytes(271_828, 0)));
    }
  }

  @Test
  void clientCompressedUnary() throws Exception {
    WireSize requests = new WireSize();
    try (Wire wire =
        wire(MethodType.UNARY, Handlers.unary(request -> request), requests.atServer())) {
      CallOptions gzip = CallOptions.DEFAULT.withCompression("gzip");
      byte[] request = Wire.bytes(271_828, 0);
      assertArrayEquals(
          request, ClientCalls.blockingUnaryCall(wire.channel(), wire.method(), gzip, request));
      assertTrue(requests.bytes() < 10_000, requests.bytes() + " bytes on the wire");
    }
  }

  /** Compression is agreed on for the call, and left out for the message. */
  @Test
  void clientUncompressedUnary() throws Exception {
    WireSize requests = new WireSize();
    try (Wire wire =
        wire(MethodType.UNARY, Handlers.unary(request -> request), requests.atServer())) {
      Answers answers = new Answers();
      var call = wire.channel().newCall(wire.method(), CallOptions.DEFAULT.withCompression("gzip"));
      call.start(answers.listener(), new Metadata());
      call.setMessageCompression(false);
      call.request(2);
      call.sendMessage(Wire.bytes(271_828, 0));
      call.halfClose();
      assertEquals(271_828, answers.next().length);
      assertEquals(Status.Code.OK, answers.end().getCode());
      assertEquals(271_828, requests.bytes());
    }
  }

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
      CallOptions options = CallOptions.DEFAULT.withStreamTracerFactory(responses.atClient());
      byte[] answer = ClientCalls.blockingUnaryCall(wire.channel(), wire.method(), options, EMPTY);
      assertArrayEquals(Wire.bytes(314_159, 0), answer);
      return responses.bytes();
    }
  }

  @Test
  void clientStreaming() throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncClientStreamingCall(Handlers.Summing::new);
    try (Wire wire = wire(MethodType.CLIENT_STREAMING, handler)) {
      Answers answers = new Answers();
      StreamObserver<byte[]> requests =
          ClientCalls.asyncClientStreamingCall(wire.newCall(), answers);
      for (int size : new int[] {27_182, 8, 1_828, 45_904}) {
        requests.onNext(Wire.bytes(size, 0));
      }
      requests.onCompleted();
      assertEquals("74922", new String(answers.next(), US_ASCII));
      assertEquals(Status.Code.OK, answers.end().getCode());
    }
  }

  @Test
  void serverStreaming() throws Exception {
    int[] sizes = {31_415, 9, 2_653, 58_979};
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncServerStreamingCall(
            (request, observer) -> {
              for (int size : sizes) {
                observer.onNext(Wire.bytes(size, 0));
              }
              observer.onCompleted();
            });
    try (Wire wire = wire(MethodType.SERVER_STREAMING, handler)) {
      Iterator<byte[]> answers =
          ClientCalls.blockingServerStreamingCall(
              wire.channel(), wire.method(), CallOptions.DEFAULT, EMPTY);
      for (int size : sizes) {
        assertEquals(size, answers.next().length);
      }
      assertEquals(false, answers.hasNext());
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

  private Wire wire(
      MethodType type,
      ServerCallHandler<byte[], byte[]> handler,
      ServerStreamTracer.Factory... tracers)
      throws Exception {
    return new Wire(interceptors, type, handler, tracers);
  }
}
