package io.github.grpconce.simulation.network;

import static com.google.common.util.concurrent.MoreExecutors.directExecutor;

import io.github.grpconce.simulation.store.WeatheredLink;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.testing.internal.link.InProcess;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** One life of a server process, and the connection to it. */
public final class Server {

  private final Host host;
  private final WeatheredLink link;
  private final InProcess server;
  private final List<Delivery<?, ?>> deliveries = new ArrayList<>();

  public Server(Host host, WeatheredLink link, List<ServerServiceDefinition> services) {
    this.host = host;
    this.link = link;
    ScheduledExecutorService timer = host.timer();
    VirtualDeadlines deadlines = new VirtualDeadlines(host.loop(), timer);
    this.server =
        InProcess.start(
            services.stream()
                .map(service -> ServerInterceptors.intercept(service, deadlines))
                .toList(),
            directExecutor(),
            timer);
  }

  public Host host() {
    return host;
  }

  public WeatheredLink link() {
    return link;
  }

  void accept(Delivery<?, ?> delivery) {
    deliveries.removeIf(Delivery::isOver);
    deliveries.add(delivery);
    host.schedule(Duration.ZERO, () -> delivery.begin(server.channel()));
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
    server.close();
  }
}
