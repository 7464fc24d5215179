package io.github.grpconce.testing.internal.link;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.AnonymousInProcessSocketAddress;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A gRPC server in this process, and a channel to it. */
public record InProcess(Server server, ManagedChannel channel) {

  /** gRPC measures idleness in real time: so long that it doesn't. */
  private static final long NEVER_IDLE_DAYS = 365;

  /**
   * Starts a server.
   *
   * @param threads where it calls its services
   */
  public static InProcess start(List<ServerServiceDefinition> services, Executor threads) {
    AnonymousInProcessSocketAddress address = new AnonymousInProcessSocketAddress();
    return start(
        services,
        InProcessServerBuilder.forAddress(address).executor(threads),
        InProcessChannelBuilder.forAddress(address));
  }

  /**
   * Starts a server.
   *
   * @param threads where it calls its services
   * @param timer by which both ends wait
   */
  public static InProcess start(
      List<ServerServiceDefinition> services, Executor threads, ScheduledExecutorService timer) {
    AnonymousInProcessSocketAddress address = new AnonymousInProcessSocketAddress();
    return start(
        services,
        InProcessServerBuilder.forAddress(address)
            .executor(threads)
            .scheduledExecutorService(timer),
        InProcessChannelBuilder.forAddress(address).scheduledExecutorService(timer));
  }

  private static InProcess start(
      List<ServerServiceDefinition> services,
      InProcessServerBuilder listening,
      InProcessChannelBuilder calling) {
    services.forEach(listening::addService);
    Server server = listening.build();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException("a server in this process can't be started", e);
    }
    return new InProcess(
        server, calling.directExecutor().idleTimeout(NEVER_IDLE_DAYS, TimeUnit.DAYS).build());
  }

  /** Stops both ends at once. */
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
