package io.github.grpconce.demo.order;

import static io.github.grpconce.demo.order.OrderFixture.refusalOf;
import static io.github.grpconce.demo.order.OrderFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.demo.handler.Refusal;
import io.github.grpconce.demo.order.v1.GetOrderRequest;
import io.github.grpconce.demo.order.v1.ListOrdersRequest;
import io.github.grpconce.demo.order.v1.ListOrdersResponse;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Orders and their charges, guarded. */
@StoreTest
class PlaceOrderTest {

  private final RequestId id = RequestId.random();
  private final OrderFixture shop = OrderFixture.guarded();

  @AfterEach
  void stop() {
    shop.close();
  }

  @Test
  void order_isStoredAndChargedFor() {
    Order order = shop.stub().placeOrder(request());

    assertEquals(Order.State.CONFIRMED, order.getState());
    assertEquals(1_000, order.getTotalCents());
    assertEquals("purchase-1", order.getReference());
    assertEquals(request().getLinesList(), order.getLinesList());
    assertTrue(order.hasCreateTime());
    assertEquals(List.of(order), shop.orders());
    assertChargedOnceFor(order);
  }

  @Test
  void order_canBeReadBack() {
    Order order = shop.stub().placeOrder(request());

    assertEquals(
        order,
        shop.stub().getOrder(GetOrderRequest.newBuilder().setOrderId(order.getOrderId()).build()));
    assertEquals(
        "NOT_FOUND ORDER_NOT_FOUND",
        refusalOf(
            () -> shop.stub().getOrder(GetOrderRequest.newBuilder().setOrderId("x").build())));
  }

  @Test
  void orders_areListedPageByPage() {
    for (int i = 0; i < 5; i++) {
      shop.stub().placeOrder(request());
    }

    List<Order> listed = new ArrayList<>();
    ListOrdersRequest.Builder next = ListOrdersRequest.newBuilder().setPageSize(2);
    ListOrdersResponse page;
    do {
      page = shop.stub().listOrders(next.build());
      listed.addAll(page.getOrdersList());
      next.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());

    assertEquals(5, listed.size());
    assertEquals(shop.orders(), listed);
  }

  @Test
  void retriedOrder_isPlacedOnceAndAnsweredAlike() {
    Order first = shop.stub(id).placeOrder(request());
    Order second = shop.stub(id).placeOrder(request());

    assertEquals(first, second);
    assertEquals(List.of(first), shop.orders());
    assertChargedOnceFor(first);
  }

  @Test
  void lostChargeAnswers_areMadeUpForByTheChannelsRetries() {
    shop.lostCharges().loseNext(3);

    Order order = shop.stub().placeOrder(request());

    assertEquals(List.of(order), shop.orders());
    assertChargedOnceFor(order);
  }

  @Test
  void lostOrderAnswer_isReplayedToTheShoppersRetry() {
    shop.lostOrders().loseNext(1);

    assertEquals("UNAVAILABLE ", refusalOf(() -> shop.stub(id).placeOrder(request())));
    Order order = shop.stub(id).placeOrder(request());

    assertEquals(List.of(order), shop.orders());
    assertChargedOnceFor(order);
  }

  @Test
  void conflictAfterTheCharge_chargesNoSecondTime() {
    shop.script().thenRun(shop::conflictWithOrders);

    Order order = shop.stub().placeOrder(request());

    assertEquals(List.of(order), shop.orders());
    assertChargedOnceFor(order);
  }

  @Test
  void unavailablePayment_leavesAPendingOrderAndTheRetryConfirmsIt() {
    shop.lostCharges().loseNext(5); // all attempts that the channel makes

    assertEquals(
        "UNAVAILABLE PAYMENT_UNAVAILABLE", refusalOf(() -> shop.stub(id).placeOrder(request())));
    Order pending = onlyOrder();
    Order order = shop.stub(id).placeOrder(request());

    assertEquals(Order.State.PENDING, pending.getState());
    assertEquals(pending.getOrderId(), order.getOrderId());
    assertEquals(pending.getCreateTime(), order.getCreateTime());
    assertEquals(Order.State.CONFIRMED, order.getState());
    assertEquals(List.of(order), shop.orders());
    assertChargedOnceFor(order);
  }

  @Test
  void declinedPayment_isFinalAndCancelsTheOrder() {
    shop.script().thenRefuse(decline("account customer has not enough money"));

    for (int attempt = 0; attempt < 2; attempt++) {
      assertEquals(
          "FAILED_PRECONDITION PAYMENT_DECLINED",
          refusalOf(() -> shop.stub(id).placeOrder(request())));
    }

    assertEquals(Order.State.CANCELLED, onlyOrder().getState());
    assertEquals(List.of(), shop.charges());
  }

  @Test
  void unknownCustomer_isADecline() {
    shop.script().thenRefuse(notFound("customer"));

    assertEquals(
        "FAILED_PRECONDITION PAYMENT_DECLINED",
        refusalOf(() -> shop.stub(id).placeOrder(request())));
  }

  @Test
  void unknownMerchant_isNoDecline() {
    shop.script().thenRefuse(notFound(OrderFixture.MERCHANT));

    assertEquals("INTERNAL PAYMENT_MISUSED", refusalOf(() -> shop.stub(id).placeOrder(request())));
  }

  @Test
  void guardsRefusal_isNoDecline() {
    shop.expireCharges();

    assertEquals("INTERNAL PAYMENT_MISUSED", refusalOf(() -> shop.stub(id).placeOrder(request())));
  }

  @Test
  void refusedRequest_isTheServicesOwnFault() {
    shop.script().thenRefuse(Status.INVALID_ARGUMENT.asRuntimeException());

    assertEquals("INTERNAL PAYMENT_MISUSED", refusalOf(() -> shop.stub(id).placeOrder(request())));
    assertEquals(Order.State.PENDING, onlyOrder().getState());
  }

  private Order onlyOrder() {
    assertEquals(1, shop.orders().size());
    return shop.orders().get(0);
  }

  private void assertChargedOnceFor(Order order) {
    assertEquals(1, shop.charges().size());
    Payment charge = shop.charges().get(0);
    assertEquals(order.getOrderId(), charge.getReference());
    assertEquals(order.getPaymentId(), charge.getPaymentId());
    assertEquals(order.getTotalCents(), charge.getAmountCents());
  }

  private static StatusRuntimeException decline(String message) {
    return new Refusal(Code.FAILED_PRECONDITION, "payment.demo", "INSUFFICIENT_FUNDS")
        .because(message, Map.of("account_id", "customer"));
  }

  private static StatusRuntimeException notFound(String accountId) {
    return new Refusal(Code.NOT_FOUND, "payment.demo", "ACCOUNT_NOT_FOUND")
        .because("there is no account " + accountId, Map.of("account_id", accountId));
  }
}
