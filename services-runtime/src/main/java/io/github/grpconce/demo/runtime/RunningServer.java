package io.github.grpconce.demo.runtime;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A gRPC server with one service, its health and reflection. Closing it drains it. */
final class RunningServer implements AutoCloseable {

  /** After the drain, calls are cancelled; so long they have to notice. */
  private static final Duration CANCELLATION_GRACE = Duration.ofSeconds(2);

  /** Clients that are about to wait for an answer may ask so often whether we are still there. */
  private static final Duration PERMITTED_KEEP_ALIVE = Duration.ofSeconds(5);

  private final Server server;
  private final StoreHealth health;
  private final Duration drain;

  private RunningServer(Server server, StoreHealth health, Duration drain) {
    this.server = server;
    this.health = health;
    this.drain = drain;
  }

  /**
   * Starts to listen.
   *
   * @param drain how long calls may take to end when it is closed
   * @throws StartupException if the address can't be listened on
   */
  static RunningServer start(
      InetSocketAddress address,
      ServerServiceDefinition service,
      StoreHealth health,
      Duration drain) {
    Server server =
        NettyServerBuilder.forAddress(address)
            .permitKeepAliveTime(PERMITTED_KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .addService(service)
            .addService(health.service())
            .addService(ProtoReflectionServiceV1.newInstance())
            .build();
    try {
      return new RunningServer(server.start(), health, drain);
    } catch (IOException e) {
      server.shutdownNow();
      throw cannotListen(address, e);
    }
  }

  int port() {
    return server.getPort();
  }

  /** Refuses new calls, lets those that run end, and cancels what is left after the drain. */
  @Override
  public void close() {
    health.enterShutdown();
    server.shutdown();
    if (!awaitTermination(drain)) {
      server.shutdownNow();
      awaitTermination(CANCELLATION_GRACE);
    }
  }

  private boolean awaitTermination(Duration time) {
    try {
      return server.awaitTermination(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static StartupException cannotListen(InetSocketAddress address, IOException e) {
    Throwable cause = e.getCause() != null ? e.getCause() : e;
    String reason = address.isUnresolved() ? "there is no such host" : cause.getMessage();
    return new StartupException(
        "cannot listen on %s:%d: %s. Choose another --host or --port; port 0 takes a free one"
            .formatted(address.getHostString(), address.getPort(), reason),
        e);
  }
}
