package io.github.grpconce;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.server.ServerInterceptorBuilder;
import io.github.grpconce.teststore.TestStore;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;

/**
 * One method behind a server on loopback, a channel to it, and our interceptors in between, or not.
 * Messages are bytes.
 */
final class Wire implements AutoCloseable {

  /** Which of our interceptors a call of an unguarded method meets. */
  enum Interceptors {
    NONE,
    CLIENT,
    SERVER,
    BOTH,
    /** On the server, for the service instead of for all of them. */
    BOTH_WITH_A_GUARDED_SERVICE;

    private boolean onClient() {
      return this != NONE && this != SERVER;
    }

    private boolean onServer() {
      return this == SERVER || this == BOTH;
    }
  }

  private static final String METHOD = "test.Wire/Call";

  private final MethodDescriptor<byte[], byte[]> method;
  private final Database database = TestStore.open(EmbeddedDatabase::inMemory);
  private final IdempotencyServerInterceptor guard;
  private final Server server;
  private final ManagedChannel channel;

  /** An unguarded method. */
  Wire(
      Interceptors interceptors,
      MethodType type,
      ServerCallHandler<byte[], byte[]> handler,
      ServerStreamTracer.Factory... tracers)
      throws IOException {
    this(interceptors, guard -> guard, type, handler, tracers);
  }

  /** A method that is guarded in some mode, between both interceptors. */
  static Wire guarded(
      Guard.Mode mode,
      MethodType type,
      ServerCallHandler<byte[], byte[]> handler,
      ServerStreamTracer.Factory... tracers)
      throws IOException {
    Guard guard = mode == Guard.Mode.STEPS ? Guard.steps() : Guard.transaction();
    return new Wire(
        Interceptors.BOTH_WITH_A_GUARDED_SERVICE,
        options -> options.guard(method(type, METHOD), guard),
        type,
        handler,
        tracers);
  }

  private Wire(
      Interceptors interceptors,
      UnaryOperator<ServerInterceptorBuilder> options,
      MethodType type,
      ServerCallHandler<byte[], byte[]> handler,
      ServerStreamTracer.Factory... tracers)
      throws IOException {
    method = method(type, METHOD);
    guard =
        options
            .apply(
                IdempotencyServerInterceptor.newBuilder(
                    database, new Subspace(Tuple.from("records"))))
            .build();
    server = server(interceptors, handler, tracers);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address).usePlaintext();
    if (interceptors.onClient()) {
      builder.intercept(IdempotencyClientInterceptor.create());
    }
    channel = builder.build();
  }

  private Server server(
      Interceptors interceptors,
      ServerCallHandler<byte[], byte[]> handler,
      ServerStreamTracer.Factory... tracers)
      throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    NettyServerBuilder builder = NettyServerBuilder.forAddress(address);
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("test.Wire").addMethod(method, handler).build();
    if (interceptors.onServer()) {
      builder.intercept(guard);
    }
    builder.addService(
        interceptors == Interceptors.BOTH_WITH_A_GUARDED_SERVICE ? guard.guard(service) : service);
    for (ServerStreamTracer.Factory tracer : tracers) {
      builder.addStreamTracerFactory(tracer);
    }
    return builder.build().start();
  }

  MethodDescriptor<byte[], byte[]> method() {
    return method;
  }

  ManagedChannel channel() {
    return channel;
  }

  ClientCall<byte[], byte[]> newCall() {
    return channel.newCall(method, CallOptions.DEFAULT);
  }

  /** A message that compresses well. */
  static byte[] bytes(int length, int first) {
    byte[] bytes = new byte[length];
    bytes[0] = (byte) first;
    return bytes;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    guard.close();
    database.close();
  }

  static MethodDescriptor<byte[], byte[]> method(MethodType type, String fullName) {
    return MethodDescriptor.newBuilder(BytesMarshaller.INSTANCE, BytesMarshaller.INSTANCE)
        .setType(type)
        .setFullMethodName(fullName)
        .build();
  }

  /** Options that make a call an attempt of one operation. */
  static CallOptions attemptOf(String requestId) {
    return CallOptions.DEFAULT.withOption(
        IdempotencyClientInterceptor.REQUEST_ID, RequestId.of(requestId));
  }
}
