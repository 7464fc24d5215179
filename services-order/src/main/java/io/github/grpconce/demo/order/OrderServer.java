package io.github.grpconce.demo.order;

import io.github.grpconce.demo.runtime.ServerOptions;
import io.github.grpconce.demo.runtime.ServiceContext;
import io.github.grpconce.demo.runtime.ServiceProcess;
import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The order service as a process. */
@Command(
    description = "Takes orders, and has the payment service charge for each of them once.",
    footer = {"", "Every option can come from the environment: --payment as ORDER_PAYMENT."})
public final class OrderServer implements Callable<Integer> {

  /** The service's name: what its store's subspace is called unless a flag says otherwise. */
  public static final String NAME = "order";

  private final ServiceProcess process;

  @Mixin private final ServerOptions options = new ServerOptions();

  @Mixin private final PaymentOptions payment = new PaymentOptions();

  private OrderServer(ServiceProcess process) {
    this.process = process;
  }

  /** Runs the service until the process is told to end. */
  public static void main(String... args) {
    ServiceProcess.main(NAME, OrderServer::new, args);
  }

  /** The channel outlives the server: calls that are drained still use it. */
  @Override
  public Integer call() {
    try (PaymentChannel channel = payment.openChannel(options.unguarded())) {
      Payments payments =
          new Payments(channel.channel(), payment.merchantAccountId(), payment.timeout());
      return process.serve(options, context -> service(context, payments));
    }
  }

  static BindableService service(ServiceContext context, Payments payments) {
    OrderStore orders = new OrderStore(context.data());
    Checkout checkout = new Checkout(context.execution(), orders, payments, InstantSource.system());
    return new OrderApi(checkout, orders, context.database());
  }
}
