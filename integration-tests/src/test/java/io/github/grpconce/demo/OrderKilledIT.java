package io.github.grpconce.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.demo.audit.Evidence;
import io.github.grpconce.demo.audit.Reconciliation;
import io.github.grpconce.demo.harness.RestartableService;
import io.github.grpconce.demo.order.v1.ListOrdersRequest;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.payment.PaymentServer;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.proxy.Fault;
import io.github.grpconce.demo.proxy.FaultPlan;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.demo.runtime.Store;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Channels;
import io.github.grpconce.demo.shop.Mode;
import io.github.grpconce.demo.shop.Patience;
import io.github.grpconce.demo.shop.Purchase;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The order service's process is killed when the customer has been charged and it has not heard so:
 * a proxy holds the answer to the first attempt at the charge.
 */
@StoreTest
@Timeout(180)
final class OrderKilledIT {

  private static final Duration FOR_EVER = Duration.ofHours(1);

  private static final FaultPlan HOLD_FIRST_ANSWER =
      (content, attempt) ->
          attempt == 1 ? new Fault(Fault.Kind.NONE, Duration.ZERO, FOR_EVER) : Fault.NONE;

  /**
   * Far beyond the end of the test: the service doesn't look for dead executions before. A client
   * need not wait so long: a lease is measured in the store's versions, and those leap ahead by
   * more when the embedded engine is opened again.
   */
  private static final Duration NO_RECOVERY = Duration.ofMinutes(1);

  private static final Duration QUICK_RECOVERY = Duration.ofSeconds(1);

  private final RequestId requestId = RequestId.random();
  private final Purchase purchase = ShopUnderTest.purchase(0);
  private final ExecutorService client = Executors.newSingleThreadExecutor();

  @TempDir Path directory;

  @AfterEach
  void endClient() {
    client.shutdownNow();
  }

  @Test
  void killedBetweenChargeAndConfirmation_theClientsRetryEndsIt() throws Exception {
    try (ShopUnderTest shop = new ShopUnderTest(directory, HOLD_FIRST_ANSWER, NO_RECOVERY)) {
      Future<Answer> answer = client.submit(() -> buy(shop));
      killBetweenChargeAndConfirmation(shop).start();
      Answer.Confirmed confirmed = assertInstanceOf(Answer.Confirmed.class, answer.get());
      Evidence evidence = shop.closeAndRead();
      assertEquals(confirmed.orderId(), assertOneConfirmedOrder(evidence).getOrderId());
      assertTrue(evidence.placing().attempts() > 1, evidence::toString);
      assertChargedUnderTheDerivedId(shop, evidence);
    }
  }

  @Test
  void killedBetweenChargeAndConfirmation_theServiceEndsItWithoutTheClient() throws Exception {
    try (ShopUnderTest shop = new ShopUnderTest(directory, HOLD_FIRST_ANSWER, QUICK_RECOVERY)) {
      var unused = client.submit(() -> buy(shop));
      RestartableService order = killBetweenChargeAndConfirmation(shop);
      shop.loseShopper();
      client.shutdownNow();
      order.start();
      awaitConfirmation(order.port());
      Evidence evidence = shop.closeAndRead();
      assertOneConfirmedOrder(evidence);
      assertEquals(1, evidence.placing().attempts());
      assertChargedUnderTheDerivedId(shop, evidence);
    }
  }

  private Answer buy(ShopUnderTest shop) throws Exception {
    return shop.buy(purchase, requestId, Patience.OF_A_MINUTE);
  }

  private static RestartableService killBetweenChargeAndConfirmation(ShopUnderTest shop)
      throws InterruptedException {
    shop.shop().paymentLink().await(tally -> tally.delays() == 1);
    RestartableService order = shop.shop().orders().get(0);
    order.kill();
    return order;
  }

  private static void awaitConfirmation(int orderPort) throws Exception {
    ManagedChannel channel = Channels.ofShopper(orderPort, Mode.GUARDED);
    try {
      Wait.until(
          "the order is confirmed",
          Duration.ofMinutes(1),
          () ->
              OrderServiceGrpc.newBlockingStub(channel)
                  .listOrders(ListOrdersRequest.getDefaultInstance())
                  .getOrdersList()
                  .stream()
                  .anyMatch(order -> order.getState() == Order.State.CONFIRMED));
    } finally {
      channel.shutdownNow();
    }
  }

  private Order assertOneConfirmedOrder(Evidence evidence) {
    assertEquals(1, evidence.orders().size());
    Order order = evidence.orders().get(0);
    assertEquals(Order.State.CONFIRMED, order.getState());
    assertEquals(
        List.of(),
        Reconciliation.breaches(
            List.of(purchase),
            Map.of(purchase.reference(), new Answer.Confirmed(order.getOrderId())),
            evidence));
    return order;
  }

  /**
   * The payment service has seen two attempts, has answered one of them from a record, and has that
   * record under the ID that derives from the order's request ID: so both carried it.
   */
  private void assertChargedUnderTheDerivedId(ShopUnderTest shop, Evidence evidence) {
    assertEquals(new Counts(2, 1), evidence.charging());
    String charge = PaymentServiceGrpc.getChargeMethod().getFullMethodName();
    try (Store store = shop.place().open(PaymentServer.NAME)) {
      RecordInspector records =
          RecordInspector.of(store.database(), shop.place().space(PaymentServer.NAME).records());
      String placing = OrderServiceGrpc.getPlaceOrderMethod().getFullMethodName();
      GuardedExecution execution = new GuardedExecution(requestId, "", placing);
      assertTrue(records.find("", charge, execution.child("charge")).join().isPresent());
      assertEquals(Optional.empty(), records.find("", charge, execution.nextChild(charge)).join());
    }
  }
}
