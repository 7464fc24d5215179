package io.github.grpconce.demo.order;

import static io.github.grpconce.demo.order.OrderFixture.MERCHANT;
import static io.github.grpconce.demo.order.OrderFixture.request;

import com.apple.foundationdb.Database;
import io.github.grpconce.demo.handler.Execution;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.runtime.ServiceContext;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.github.grpconce.testing.ExactlyOnce;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An order is placed once, and charged once, whatever happens at each step of the checkout. */
@OnEngineOnly("virtual time")
class OrderExactlyOnceTest {

  /** Where another test of the same call is in all worlds. */
  private static final int A_SAMPLE = 150;

  private static final ServiceSpace SPACE = ServiceSpace.named(OrderServer.NAME);

  @RegisterExtension
  final ExactlyOnce accepted =
      ExactlyOnce.of(
          OrderExactlyOnceTest::orders,
          database -> payments(database, new CountingPayments.Script()));

  @RegisterExtension
  final ExactlyOnce declined =
      ExactlyOnce.of(OrderExactlyOnceTest::orders, OrderExactlyOnceTest::decliningPayments);

  private static BindableService orders(Database database, Channel payment) {
    return OrderServer.service(
        new ServiceContext(database, SPACE.data(), Execution.guarded()),
        new Payments(payment, MERCHANT, Duration.ofMinutes(1)));
  }

  private static BindableService payments(Database database, CountingPayments.Script script) {
    return script.create(
        new ServiceContext(database, CountingPayments.SPACE.data(), Execution.guarded()));
  }

  private static BindableService decliningPayments(Database database) {
    CountingPayments.Script script = new CountingPayments.Script();
    script.thenRefuse(new StatusRuntimeException(Status.FAILED_PRECONDITION));
    return payments(database, script);
  }

  private static List<Order.State> states(Database database) {
    return PlacedOrders.read(database, SPACE).stream().map(Order::getState).toList();
  }

  @Test
  void placedOrder_isStoredAndChargedOnce() {
    accepted.call(OrderServiceGrpc.getPlaceOrderMethod(), request()).takesEffectOnce();
  }

  @Test
  void placedOrder_isConfirmed() {
    accepted
        .call(OrderServiceGrpc.getPlaceOrderMethod(), request())
        .effect("confirmed", database -> states(database).equals(List.of(Order.State.CONFIRMED)))
        .worlds(A_SAMPLE)
        .takesEffectOnce();
  }

  @Test
  void declinedOrder_isChargedToNobody() {
    declined
        .call(OrderServiceGrpc.getPlaceOrderMethod(), request())
        .answered(Status.Code.FAILED_PRECONDITION)
        .takesEffectOnce();
  }

  @Test
  void declinedOrder_isCancelled() {
    declined
        .call(OrderServiceGrpc.getPlaceOrderMethod(), request())
        .answered(Status.Code.FAILED_PRECONDITION)
        .effect("cancelled", database -> states(database).equals(List.of(Order.State.CANCELLED)))
        .worlds(A_SAMPLE)
        .takesEffectOnce();
  }
}
