package io.github.grpconce.demo.runtime;

import io.grpc.BindableService;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command line of a service of a test's own. */
@Command
final class TestCommand implements Callable<Integer> {

  private final ServiceProcess process;
  private final BindableService service;
  @Mixin private final ServerOptions options = new ServerOptions();

  TestCommand(ServiceProcess process, BindableService service) {
    this.process = process;
    this.service = service;
  }

  @Override
  public Integer call() {
    return process.serve(options, context -> service);
  }
}
