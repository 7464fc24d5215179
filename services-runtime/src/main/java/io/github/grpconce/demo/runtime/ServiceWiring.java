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

  /** Returns the service with its calls guarded. */
  public static ServerServiceDefinition guarded(
      Database database, ServiceSpace space, ServiceFactory factory) {
    IdempotencyServerInterceptor idempotency =
        IdempotencyServerInterceptor.newBuilder(database, space.records()).build();
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
