package io.github.grpconce.demo.runtime;

import io.grpc.BindableService;

/** Makes a service when its store is open. */
@FunctionalInterface
public interface ServiceFactory {

  /** Returns the service. */
  BindableService create(ServiceContext context);
}
