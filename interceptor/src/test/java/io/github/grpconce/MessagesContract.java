package io.github.grpconce;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The cases of gRPC's interoperability tests about messages: whether or not the method is guarded,
 * each attempt gets the same.
 */
abstract class MessagesContract {

  static final byte[] EMPTY = {};
  static final int ATTEMPTS = 2;

  final AtomicInteger executions = new AtomicInteger();

  abstract Wire wire(
      MethodType type,
      ServerCallHandler<byte[], byte[]> handler,
      ServerStreamTracer.Factory... tracers)
      throws Exception;

  abstract CallOptions attempt();

  /** How many of the attempts of one call are executed. */
  abstract int expectedExecutions();

  @Test
  void emptyUnary() throws Exception {
    try (Wire wire = wire(MethodType.UNARY, counted(request -> request))) {
      for (int i = 0; i < ATTEMPTS; i++) {
        assertArrayEquals(EMPTY, unary(wire, attempt(), EMPTY));
      }
    }
    assertEquals(expectedExecutions(), executions.get());
  }

  @Test
  void largeUnary() throws Exception {
    try (Wire wire =
        wire(MethodType.UNARY, counted(request -> Wire.bytes(314_159, request.length)))) {
      for (int i = 0; i < ATTEMPTS; i++) {
        byte[] answer = unary(wire, attempt(), Wire.bytes(271_828, 0));
        assertArrayEquals(Wire.bytes(314_159, 271_828), answer);
      }
    }
    assertEquals(expectedExecutions(), executions.get());
  }

  @Test
  void clientCompressedUnary() throws Exception {
    WireSize requests = new WireSize();
    try (Wire wire = wire(MethodType.UNARY, counted(request -> request), requests.atServer())) {
      for (int i = 0; i < ATTEMPTS; i++) {
        byte[] request = Wire.bytes(271_828, 0);
        assertArrayEquals(request, unary(wire, attempt().withCompression("gzip"), request));
      }
    }
    assertTrue(requests.bytes() < 20_000, requests.bytes() + " bytes on the wire");
    assertEquals(expectedExecutions(), executions.get());
  }

  /** Compression is agreed on for the call, and left out for the message. */
  @Test
  void clientUncompressedUnary() throws Exception {
    WireSize requests = new WireSize();
    try (Wire wire = wire(MethodType.UNARY, counted(request -> request), requests.atServer())) {
      Answers answers = new Answers();
      var call = wire.channel().newCall(wire.method(), attempt().withCompression("gzip"));
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
  void clientStreaming() throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncClientStreamingCall(
            observer -> {
              executions.incrementAndGet();
              return new Handlers.Summing(observer);
            });
    try (Wire wire = wire(MethodType.CLIENT_STREAMING, handler)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        Answers answers = new Answers();
        StreamObserver<byte[]> requests =
            ClientCalls.asyncClientStreamingCall(
                wire.channel().newCall(wire.method(), attempt()), answers);
        for (int size : new int[] {27_182, 8, 1_828, 45_904}) {
          requests.onNext(Wire.bytes(size, 0));
        }
        requests.onCompleted();
        assertEquals("74922", new String(answers.next(), US_ASCII));
        assertEquals(Status.Code.OK, answers.end().getCode());
      }
    }
    assertEquals(expectedExecutions(), executions.get());
  }

  @Test
  void serverStreaming() throws Exception {
    int[] sizes = {31_415, 9, 2_653, 58_979};
    ServerCallHandler<byte[], byte[]> handler =
        ServerCalls.asyncServerStreamingCall(
            (request, observer) -> {
              executions.incrementAndGet();
              for (int size : sizes) {
                observer.onNext(Wire.bytes(size, 0));
              }
              observer.onCompleted();
            });
    try (Wire wire = wire(MethodType.SERVER_STREAMING, handler)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        Iterator<byte[]> answers =
            ClientCalls.blockingServerStreamingCall(
                wire.channel(), wire.method(), attempt(), EMPTY);
        for (int size : sizes) {
          assertEquals(size, answers.next().length);
        }
        assertFalse(answers.hasNext());
      }
    }
    assertEquals(expectedExecutions(), executions.get());
  }

  private ServerCallHandler<byte[], byte[]> counted(UnaryOperator<byte[]> function) {
    return Handlers.unary(
        request -> {
          executions.incrementAndGet();
          return function.apply(request);
        });
  }

  static byte[] unary(Wire wire, CallOptions options, byte[] request) {
    return ClientCalls.blockingUnaryCall(wire.channel(), wire.method(), options, request);
  }
}
