package io.github.grpconce.testing.internal.world;

import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.server.ServerInterceptorBuilder;
import io.github.grpconce.testing.internal.link.InProcess;
import io.github.grpconce.testing.internal.process.GuardsRecords;
import io.github.grpconce.testing.internal.process.Host;
import io.github.grpconce.testing.internal.store.SteppedLink;
import io.github.grpconce.testing.internal.time.HandlerThreads;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One life of a server with the service under test, guarded as in an application. */
final class Server {

  /** The shortest that is allowed: what has to wait for it waits in steps of a poll. */
  private static final Duration LEASE = Duration.ofSeconds(1);

  private final Host host;
  private final IdempotencyServerInterceptor guard;
  private final InProcess server;

  private Server(Host host, IdempotencyServerInterceptor guard, InProcess server) {
    this.host = host;
    this.guard = guard;
    this.server = server;
  }

  /**
   * Starts a server.
   *
   * @param downstream what its service calls
   */
  static Server start(Recipe recipe, SteppedLink link, Channel downstream, HandlerThreads threads) {
    Host host = link.host();
    ServerInterceptorBuilder builder =
        IdempotencyServerInterceptor.newBuilder(link.database(), GuardsRecords.SUBSPACE);
    recipe.guarding().accept(builder);
    IdempotencyServerInterceptor guard =
        builder
            .executor(threads)
            .scheduler(host.timer())
            .clock(host.time())
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(host.time().millis()))
            .lease(LEASE)
            .build();
    InProcess server =
        InProcess.start(
            List.of(guard.guard(recipe.service().apply(link.database(), downstream))), threads);
    host.started();
    return new Server(host, guard, server);
  }

  Host host() {
    return host;
  }

  ManagedChannel channel() {
    return server.channel();
  }

  /** When the world is over. */
  void dispose(HandlerThreads threads) {
    host.dispose(threads);
    guard.close();
    server.close();
  }
}
