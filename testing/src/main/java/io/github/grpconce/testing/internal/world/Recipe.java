package io.github.grpconce.testing.internal.world;

import com.apple.foundationdb.Database;
import io.github.grpconce.server.ServerInterceptorBuilder;
import io.github.grpconce.testing.internal.time.WorldClock;
import io.grpc.BindableService;
import io.grpc.Channel;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How servers are put together.
 *
 * @param service makes the service, again for each server
 * @param downstream make what the service calls
 * @param guarding sets the guard up as the application does
 * @param clock what handlers may have been given to see the time by
 */
public record Recipe(
    BiFunction<Database, Channel, BindableService> service,
    List<Function<Database, BindableService>> downstream,
    Consumer<ServerInterceptorBuilder> guarding,
    WorldClock clock) {

  public Recipe {
    downstream = List.copyOf(downstream);
  }
}
