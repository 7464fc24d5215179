package io.github.grpconce.testing;

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

/** A gRPC server in this process, and a channel to it. */
record InProcess(Server server, ManagedChannel channel) {

  /**
   * Starts a server.
   *
   * @param threads where it calls its services
   */
  static InProcess start(List<ServerServiceDefinition> services, Executor threads) {
    AnonymousInProcessSocketAddress address = new AnonymousInProcessSocketAddress();
    InProcessServerBuilder builder = InProcessServerBuilder.forAddress(address).executor(threads);
    services.forEach(builder::addService);
    Server server = builder.build();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException("a server in this process can't be started", e);
    }
    return new InProcess(
        server, InProcessChannelBuilder.forAddress(address).directExecutor().build());
  }

  void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
