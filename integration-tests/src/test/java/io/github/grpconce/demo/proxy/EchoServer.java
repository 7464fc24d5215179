package io.github.grpconce.demo.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Attributes;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A gRPC server that answers with what it is sent, and remembers what that was. */
final class EchoServer implements AutoCloseable {

  static final MethodDescriptor<byte[], byte[]> ECHO =
      method("test.Echo/Echo", MethodDescriptor.MethodType.UNARY);

  /** Answers with as many copies of the request as its first byte says. */
  static final MethodDescriptor<byte[], byte[]> REPEAT =
      method("test.Echo/Repeat", MethodDescriptor.MethodType.SERVER_STREAMING);

  static final MethodDescriptor<byte[], byte[]> REFUSE =
      method("test.Echo/Refuse", MethodDescriptor.MethodType.UNARY);

  /** Each of them comes back in the response's headers and trailers. */
  static final Metadata.Key<String> ECHOED =
      Metadata.Key.of("echoed", Metadata.ASCII_STRING_MARSHALLER);

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final Server server;

  EchoServer() throws IOException {
    this(0);
  }

  EchoServer(int port) throws IOException {
    server =
        Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
            .addService(
                ServerServiceDefinition.builder("test.Echo")
                    .addMethod(ECHO, ServerCalls.asyncUnaryCall(this::echo))
                    .addMethod(REPEAT, ServerCalls.asyncServerStreamingCall(this::repeat))
                    .addMethod(REFUSE, ServerCalls.asyncUnaryCall(this::refuse))
                    .build())
            .intercept(new MetadataEcho())
            .addTransportFilter(new ConnectionCount())
            .build()
            .start();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
  }

  /** What has been processed, in the order of arrival. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** How many connections there have been. */
  int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  void awaitEnd() throws InterruptedException {
    assertTrue(server.awaitTermination(10, TimeUnit.SECONDS));
  }

  private void echo(byte[] request, StreamObserver<byte[]> responses) {
    requests.add(new String(request, UTF_8));
    responses.onNext(request);
    responses.onCompleted();
  }

  private void repeat(byte[] request, StreamObserver<byte[]> responses) {
    for (int i = 0; i < request[0]; i++) {
      responses.onNext(request);
    }
    responses.onCompleted();
  }

  private void refuse(byte[] request, StreamObserver<byte[]> responses) {
    requests.add(new String(request, UTF_8));
    responses.onError(Status.FAILED_PRECONDITION.withDescription("no").asRuntimeException());
  }

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(name)
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class MetadataEcho implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      return next.startCall(new EchoingCall<>(call, headers.get(ECHOED)), headers);
    }
  }

  private static final class EchoingCall<ReqT, RespT>
      extends SimpleForwardingServerCall<ReqT, RespT> {
    private final String value;

    EchoingCall(ServerCall<ReqT, RespT> delegate, String value) {
      super(delegate);
      this.value = value;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      super.sendHeaders(withValue(headers));
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status, withValue(trailers));
    }

    private Metadata withValue(Metadata metadata) {
      if (value != null) {
        metadata.put(ECHOED, value);
      }
      return metadata;
    }
  }

  private final class ConnectionCount extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      connections.incrementAndGet();
      return attributes;
    }
  }
}
