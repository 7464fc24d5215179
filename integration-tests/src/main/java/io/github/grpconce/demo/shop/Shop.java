package io.github.grpconce.demo.shop;

import io.github.grpconce.demo.harness.Launch;
import io.github.grpconce.demo.harness.Processes;
import io.github.grpconce.demo.harness.ServiceProcess;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.payment.PaymentServer;
import io.github.grpconce.demo.proxy.FaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * The order service and the payment service, each in a process of its own, with a fault proxy
 * before each:
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

  private final Processes processes;
  private final Launch paymentLaunch;
  private final Runnable onCrash;
  private final int paymentPort;
  private final FaultProxy paymentLink;
  private final ServiceProcess order;
  private final FaultProxy shopperLink;
  private ServiceProcess payment;

  /**
   * Opens a shop; when this returns, both services accept calls.
   *
   * @param onCrash is run if a service ends by itself
   */
  public Shop(ShopPlan plan, Processes processes, Runnable onCrash)
      throws IOException, InterruptedException {
    this.processes = processes;
    this.onCrash = onCrash;
    paymentLaunch = launch(plan, PaymentServer.NAME, plan.jars().payment());
    payment = processes.start(paymentLaunch, onCrash);
    paymentPort = payment.awaitReady();
    paymentLink = FaultProxy.start(local(paymentPort), plan.paymentLink());
    Launch orderLaunch = launch(plan, OrderServer.NAME, plan.jars().order());
    order =
        processes.start(
            orderLaunch.with(
                "--merchant", MERCHANT, "--payment", "127.0.0.1:" + paymentLink.port()),
            onCrash);
    shopperLink = FaultProxy.start(local(order.awaitReady()), plan.shopperLink());
  }

  /** Where the shopper reaches the order service, as well as the proxy lets it. */
  public int orderPort() {
    return shopperLink.port();
  }

  /** Where the payment service is reached without faults. */
  public int paymentPort() {
    return paymentPort;
  }

  /** Ends the payment service with SIGKILL and starts it again, with the same port and data. */
  public synchronized void killPayment() throws IOException, InterruptedException {
    payment.kill();
    payment = processes.start(paymentLaunch.with("--port", String.valueOf(paymentPort)), onCrash);
    payment.awaitReady();
  }

  /**
   * Lets both services end the calls that they are at, and stops them.
   *
   * @throws io.github.grpconce.demo.harness.HarnessException if one has ended by itself
   */
  public synchronized void stop() throws InterruptedException {
    order.stop();
    payment.stop();
  }

  /** Closes the links. Services that were not stopped are left to their {@link Processes}. */
  @Override
  public void close() {
    shopperLink.close();
    paymentLink.close();
  }

  private static Launch launch(ShopPlan plan, String service, Path jar) {
    Launch launch =
        new Launch(plan.mode().label() + "-" + service, jar, plan.place().flags(service));
    return plan.mode() == Mode.UNGUARDED ? launch.with("--unguarded") : launch;
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
