package io.github.grpconce.testing;

import io.github.grpconce.server.ServerInterceptorBuilder;
import java.util.List;
import java.util.function.Consumer;

/**
 * How servers are put together.
 *
 * @param service makes the service, again for each server
 * @param downstream make what the service calls
 * @param guarding sets the guard up as the application does
 */
record Recipe(
    ExactlyOnce.CallingService service,
    List<ExactlyOnce.Service> downstream,
    Consumer<ServerInterceptorBuilder> guarding) {

  Recipe {
    downstream = List.copyOf(downstream);
  }
}
