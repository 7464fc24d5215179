package io.github.grpconce.demo.payment;

import io.github.grpconce.demo.runtime.ServerOptions;
import io.github.grpconce.demo.runtime.ServiceContext;
import io.github.grpconce.demo.runtime.ServiceProcess;
import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The payment service as a process. */
@Command(
    description = "Keeps accounts and moves money between them, each time once.",
    footer = {"", "Every option can come from the environment: --data as PAYMENT_DATA."})
public final class PaymentServer implements Callable<Integer> {

  /** The service's name: what its store's subspace is called unless a flag says otherwise. */
  public static final String NAME = "payment";

  private final ServiceProcess process;

  @Mixin private final ServerOptions options = new ServerOptions();

  private PaymentServer(ServiceProcess process) {
    this.process = process;
  }

  /** Runs the service until the process is told to end. */
  public static void main(String... args) {
    ServiceProcess.main(NAME, PaymentServer::new, args);
  }

  @Override
  public Integer call() {
    return process.serve(options, PaymentServer::service);
  }

  static BindableService service(ServiceContext context) {
    Ledger ledger =
        new Ledger(
            new LedgerKeys(context.data()),
            InstantSource.system(),
            () -> UUID.randomUUID().toString());
    return new PaymentApi(ledger, context.execution(), context.database());
  }
}
