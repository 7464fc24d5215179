package io.github.grpconce.demo.runtime;

import com.apple.foundationdb.Database;
import io.github.grpconce.demo.handler.Execution;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;

/** Puts around a service what each of its calls passes: first the journal, then the guard. */
public final class ServiceWiring {

  private ServiceWiring() {}

  /** Returns the service with its calls guarded as they are by default. */
  public static ServerServiceDefinition guarded(
      Database database, ServiceSpace space, ServiceFactory factory) {
    return guarded(
        database,
        space,
        IdempotencyServerInterceptor.newBuilder(database, space.records()).build(),
        factory);
  }

  /** Returns the service with its calls guarded by this interceptor. */
  static ServerServiceDefinition guarded(
      Database database,
      ServiceSpace space,
      IdempotencyServerInterceptor idempotency,
      ServiceFactory factory) {
    BindableService service =
        factory.create(new ServiceContext(database, space.data(), Execution.guarded()));
    return journaled(database, space, idempotency.guard(service));
  }

  /** Returns the service as it would be without grpc-once. */
  public static ServerServiceDefinition unguarded(
      Database database, ServiceSpace space, ServiceFactory factory) {
    BindableService service =
        factory.create(new ServiceContext(database, space.data(), Execution.unguarded(database)));
    return journaled(database, space, service.bindService());
  }

  private static ServerServiceDefinition journaled(
      Database database, ServiceSpace space, ServerServiceDefinition service) {
    AttemptJournal journal = new AttemptJournal(database, space.journal());
    return ServerInterceptors.intercept(service, new JournalInterceptor(journal));
  }
}
