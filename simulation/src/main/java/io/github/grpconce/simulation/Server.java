package io.github.grpconce.simulation;

import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.AnonymousInProcessSocketAddress;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One life of a server process, and the connection to it. */
final class Server {

  /** gRPC measures idleness in real time: so long that it doesn't. */
  private static final long NEVER_IDLE_DAYS = 365;

  private final Host host;
  private final WeatheredLink link;
  private final io.grpc.Server server;
  private final ManagedChannel channel;
  private final List<Delivery<?, ?>> deliveries = new ArrayList<>();

  Server(Host host, WeatheredLink link, List<ServerServiceDefinition> services) {
    this.host = host;
    this.link = link;
    ScheduledExecutorService scheduler = host.timer();
    AnonymousInProcessSocketAddress address = new AnonymousInProcessSocketAddress();
    VirtualDeadlines deadlines = new VirtualDeadlines(host.loop(), scheduler);
    InProcessServerBuilder builder =
        InProcessServerBuilder.forAddress(address)
            .directExecutor()
            .scheduledExecutorService(scheduler);
    services.forEach(
        service -> builder.addService(ServerInterceptors.intercept(service, deadlines)));
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException("a server in this process can't be started", e);
    }
    channel =
        InProcessChannelBuilder.forAddress(address)
            .directExecutor()
            .scheduledExecutorService(scheduler)
            .idleTimeout(NEVER_IDLE_DAYS, TimeUnit.DAYS)
            .build();
  }

  Host host() {
    return host;
  }

  WeatheredLink link() {
    return link;
  }

  void accept(Delivery<?, ?> delivery) {
    deliveries.removeIf(Delivery::isOver);
    deliveries.add(delivery);
    host.schedule(Duration.ZERO, () -> delivery.begin(channel));
  }

  /**
   * Ends the process. The server itself is not shut down, because it would say farewell: it only
   * never hears of anything again.
   */
  void crash() {
    host.crash();
    List.copyOf(deliveries).forEach(Delivery::breakOff);
    deliveries.clear();
  }

  /** After the run: gives gRPC back what it keeps. */
  void dispose() {
    host.crash();
    channel.shutdownNow();
    server.shutdownNow();
  }
}
