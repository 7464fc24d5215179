package io.github.grpconce.demo.shop;

import io.github.grpconce.demo.harness.Launch;
import io.github.grpconce.demo.harness.Processes;
import io.github.grpconce.demo.harness.RestartableService;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.payment.PaymentServer;
import io.github.grpconce.demo.proxy.FaultPlan;
import io.github.grpconce.demo.proxy.FaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The order service and the payment service, each in a process of its own (on a cluster: in several
 * that share a store), with a fault proxy before each:
 *
 * <pre>
 * shopper ──▶ proxy ──▶ order service ──▶ proxy ──▶ payment service
 *                                                        ▲
 * bank clerk ────────────────────────────────────────────┘
 * </pre>
 *
 * <p>Thread-safe.
 */
public final class Shop implements AutoCloseable {

  /** The account that the customers' money goes to. */
  public static final String MERCHANT = "merchant";

  private final List<RestartableService> payments;
  private final FaultProxy paymentLink;
  private final List<RestartableService> orders;
  private final FaultProxy shopperLink;

  /**
   * Opens a shop; when this returns, both services accept calls.
   *
   * @param onCrash is run if a service ends by itself
   */
  public Shop(ShopPlan plan, Processes processes, Runnable onCrash)
      throws IOException, InterruptedException {
    Launch payment = launch(plan, PaymentServer.NAME, plan.jars().payment());
    payments = start(plan.copies(), payment, processes, onCrash);
    paymentLink = linkTo(payments, plan.paymentLink());
    Launch order =
        launch(plan, OrderServer.NAME, plan.jars().order())
            .with("--merchant", MERCHANT)
            .with("--payment", "127.0.0.1:" + plan.detour().before(paymentLink.port()));
    orders = start(plan.copies(), order, processes, onCrash);
    shopperLink = linkTo(orders, plan.shopperLink());
  }

  /** Where the shopper reaches the order service, as well as the proxy lets it. */
  public int orderPort() {
    return shopperLink.port();
  }

  /** Where the payment service is reached without faults. */
  public int paymentPort() {
    return payments.get(0).port();
  }

  /** The payment service: one process at a time, or several that share a store. */
  public List<RestartableService> payments() {
    return payments;
  }

  /** The order service, likewise. */
  public List<RestartableService> orders() {
    return orders;
  }

  /** What is between the shopper and the order service. */
  public FaultProxy shopperLink() {
    return shopperLink;
  }

  /** What is between the order service and the payment service. */
  public FaultProxy paymentLink() {
    return paymentLink;
  }

  /**
   * Lets both services end the calls that they are at, and stops them.
   *
   * @throws io.github.grpconce.demo.harness.HarnessException if one has ended by itself
   */
  public void stop() throws InterruptedException {
    for (RestartableService order : orders) {
      order.stop();
    }
    for (RestartableService payment : payments) {
      payment.stop();
    }
  }

  /** Closes the links. Services that were not stopped are left to their {@link Processes}. */
  @Override
  public void close() {
    shopperLink.close();
    paymentLink.close();
  }

  private static Launch launch(ShopPlan plan, String service, Path jar) {
    Launch launch =
        new Launch(plan.mode().label() + "-" + service, jar, plan.place().flags(service))
            .with("--lease", plan.lease().toString())
            .with(plan.serviceFlags().toArray(String[]::new));
    return plan.mode() == Mode.UNGUARDED ? launch.with("--unguarded") : launch;
  }

  private static List<RestartableService> start(
      int copies, Launch launch, Processes processes, Runnable onCrash)
      throws IOException, InterruptedException {
    List<RestartableService> services = new ArrayList<>();
    for (int i = 0; i < copies; i++) {
      services.add(new RestartableService(processes, launch, onCrash));
    }
    return List.copyOf(services);
  }

  private static FaultProxy linkTo(List<RestartableService> services, FaultPlan plan)
      throws IOException {
    return FaultProxy.start(
        services.stream()
            .map(service -> new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()))
            .toList(),
        plan);
  }
}
