package io.github.grpconce.demo.order;

import static io.github.grpconce.demo.order.OrderFixture.refusalOf;
import static io.github.grpconce.demo.order.OrderFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.grpconce.RequestId;
import io.github.grpconce.demo.handler.Refusal;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status.Code;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the same faults do to the same service without a guard. */
@StoreTest
class UnguardedOrderTest {

  private final RequestId id = RequestId.random();
  private final OrderFixture shop = OrderFixture.unguarded();

  @AfterEach
  void stop() {
    shop.close();
  }

  @Test
  void order_withoutFaults_isStoredAndChargedForOnce() {
    Order order = shop.stub().placeOrder(request());

    assertEquals(List.of(order), shop.orders());
    assertEquals(1, shop.charges().size());
  }

  @Test
  void lostChargeAnswer_chargesTwice() {
    shop.lostCharges().loseNext(1);

    Order order = shop.stub().placeOrder(request());

    assertEquals(List.of(order), shop.orders());
    assertEquals(2, shop.charges().size());
    shop.charges().forEach(charge -> assertEquals(order.getOrderId(), charge.getReference()));
  }

  @Test
  void lostOrderAnswer_placesASecondOrder() {
    shop.lostOrders().loseNext(1);

    assertEquals("UNAVAILABLE ", refusalOf(() -> shop.stub(id).placeOrder(request())));
    shop.stub(id).placeOrder(request());

    assertEquals(2, shop.orders().size());
    assertEquals(2, shop.charges().size());
    assertNotEquals(shop.orders().get(0).getOrderId(), shop.orders().get(1).getOrderId());
  }

  @Test
  void unavailablePayment_leavesAPendingOrderAndItsCharges() {
    shop.lostCharges().loseNext(5);

    assertEquals(
        "UNAVAILABLE PAYMENT_UNAVAILABLE", refusalOf(() -> shop.stub(id).placeOrder(request())));

    assertEquals(Order.State.PENDING, shop.orders().get(0).getState());
    assertEquals(5, shop.charges().size());
  }

  @Test
  void declinedPayment_cancelsTheOrder() {
    shop.script()
        .thenRefuse(
            new Refusal(Code.FAILED_PRECONDITION, "payment.demo", "INSUFFICIENT_FUNDS")
                .because("not enough", Map.of()));

    assertEquals(
        "FAILED_PRECONDITION PAYMENT_DECLINED",
        refusalOf(() -> shop.stub(id).placeOrder(request())));

    assertEquals(Order.State.CANCELLED, shop.orders().get(0).getState());
    assertEquals(List.of(), shop.charges());
  }
}
