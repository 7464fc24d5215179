package io.github.grpconce.demo.order;

import com.google.protobuf.Timestamp;
import io.github.grpconce.demo.handler.Execution;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.Order.State;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * How an order is placed: create, charge, then confirm or cancel. What is done is not done again,
 * whichever execution goes on from there, and the charge is guarded itself. Thread-safe; blocks.
 */
final class Checkout {

  private final Execution execution;
  private final OrderStore orders;
  private final Payments payments;
  private final InstantSource clock;

  Checkout(Execution execution, OrderStore orders, Payments payments, InstantSource clock) {
    this.execution = execution;
    this.orders = orders;
    this.payments = payments;
    this.clock = clock;
  }

  /**
   * Places an order.
   *
   * @param request is well-formed
   * @return the confirmed order
   * @throws StatusRuntimeException FAILED_PRECONDITION if the payment is declined; UNAVAILABLE if
   *     it is not known whether it was made
   */
  Order place(PlaceOrderRequest request) {
    Order order = store("create", () -> pending(request));
    ChargeResult result = payments.charge(order);
    if (result instanceof ChargeResult.Declined declined) {
      store("cancel", () -> order.toBuilder().setState(State.CANCELLED).build());
      throw OrderRefusals.paymentDeclined(declined);
    }
    String paymentId = ((ChargeResult.Charged) result).paymentId();
    return store(
        "confirm",
        () -> order.toBuilder().setState(State.CONFIRMED).setPaymentId(paymentId).build());
  }

  /** The order is made within the step, so that a later execution gets the one that was stored. */
  private Order store(String step, Supplier<Order> order) {
    return execution.step(
        step, Order.parser(), transaction -> orders.put(transaction, order.get()));
  }

  private Order pending(PlaceOrderRequest request) {
    Instant now = clock.instant();
    return Order.newBuilder()
        .setOrderId(execution.newId("order"))
        .setCustomerAccountId(request.getCustomerAccountId())
        .addAllLines(request.getLinesList())
        .setTotalCents(OrderChecks.totalCents(request))
        .setState(State.PENDING)
        .setReference(request.getReference())
        .setCreateTime(
            Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
        .build();
  }
}
