package io.github.grpconce.demo.audit;

import com.apple.foundationdb.Database;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.order.PlacedOrders;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.payment.Books;
import io.github.grpconce.demo.payment.PaymentServer;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.runtime.AttemptJournal;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.github.grpconce.demo.runtime.Store;
import io.github.grpconce.demo.shop.StorePlace;
import io.github.grpconce.operator.RecordInspector;
import io.grpc.MethodDescriptor;
import java.util.List;

/**
 * What is in the stores after a run.
 *
 * @param books the payment service's accounts and payments
 * @param orders the order service's orders
 * @param inProgress executions of the order service that have begun and not ended, counted up to
 *     1,000
 * @param placing attempts to place an order, as the order service counted them
 * @param charging attempts to charge for one, as the payment service counted them
 */
public record Evidence(
    Books books, List<Order> orders, int inProgress, Counts placing, Counts charging) {

  private static final int MOST_IN_PROGRESS = 1_000;

  /** Takes a copy of the orders. */
  public Evidence {
    orders = List.copyOf(orders);
  }

  /** Reads the stores of both services. They must have stopped, unless they are on a cluster. */
  public static Evidence read(StorePlace place) {
    try (Store payment = place.open(PaymentServer.NAME);
        Store order = place.open(OrderServer.NAME)) {
      ServiceSpace paymentSpace = place.space(PaymentServer.NAME);
      ServiceSpace orderSpace = place.space(OrderServer.NAME);
      return new Evidence(
          Books.read(payment.database(), paymentSpace),
          PlacedOrders.read(order.database(), orderSpace),
          RecordInspector.of(order.database(), orderSpace.records())
              .executionsInProgress(MOST_IN_PROGRESS)
              .join()
              .size(),
          counts(order.database(), orderSpace, OrderServiceGrpc.getPlaceOrderMethod()),
          counts(payment.database(), paymentSpace, PaymentServiceGrpc.getChargeMethod()));
    }
  }

  /** Attempts that arrived at either service. */
  public long attempts() {
    return placing.attempts() + charging.attempts();
  }

  /** Those of them that were answered from a record. */
  public long replays() {
    return placing.replays() + charging.replays();
  }

  private static Counts counts(
      Database database, ServiceSpace space, MethodDescriptor<?, ?> method) {
    return new AttemptJournal(database, space.journal())
        .read()
        .getOrDefault(method.getFullMethodName(), new Counts(0, 0));
  }
}
