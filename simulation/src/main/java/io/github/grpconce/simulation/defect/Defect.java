package io.github.grpconce.simulation.defect;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.server.ServerInterceptorBuilder;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ServerServiceDefinition;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A mistake in how servers are put together, to see that simulations find it: each method is a
 * place for one. As it is, this class makes none.
 */
public class Defect {

  /** No mistake. */
  public static final Defect NONE = new Defect();

  /** Returns the store as the guard and the handlers have it. */
  public Database store(Database store, Subspace records) {
    return store;
  }

  /** Returns the store as a sweeper has it. */
  public Database sweepersStore(Database store, Subspace records) {
    return store;
  }

  /** Returns what the interceptor is built from. */
  public ServerInterceptorBuilder interceptor(ServerInterceptorBuilder builder) {
    return builder;
  }

  /** Returns the timer that the guard has. */
  public ScheduledExecutorService timer(ScheduledExecutorService timer) {
    return timer;
  }

  /** Returns a service with its guard. */
  public ServerServiceDefinition guarded(
      IdempotencyServerInterceptor guard, BindableService service) {
    return guard.guard(service);
  }

  /** Returns the channel by which handlers call other services. */
  public Channel channel(Channel channel) {
    return channel;
  }
}
