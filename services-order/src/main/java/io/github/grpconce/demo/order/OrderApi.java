package io.github.grpconce.demo.order;

import com.apple.foundationdb.Database;
import io.github.grpconce.demo.handler.FieldChecks;
import io.github.grpconce.demo.handler.Page;
import io.github.grpconce.demo.handler.PageRequest;
import io.github.grpconce.demo.handler.UnaryAnswer;
import io.github.grpconce.demo.order.v1.GetOrderRequest;
import io.github.grpconce.demo.order.v1.ListOrdersRequest;
import io.github.grpconce.demo.order.v1.ListOrdersResponse;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc.OrderServiceImplBase;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.grpc.stub.StreamObserver;

/** The gRPC service: checks requests, and has the checkout and the store do the rest. */
final class OrderApi extends OrderServiceImplBase {

  private final Checkout checkout;
  private final OrderStore orders;
  private final Database database;

  OrderApi(Checkout checkout, OrderStore orders, Database database) {
    this.checkout = checkout;
    this.orders = orders;
    this.database = database;
  }

  @Override
  public void placeOrder(PlaceOrderRequest request, StreamObserver<Order> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          OrderChecks.placeOrder(request);
          return checkout.place(request);
        });
  }

  @Override
  public void getOrder(GetOrderRequest request, StreamObserver<Order> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          OrderChecks.orderId(request.getOrderId());
          return database.read(
              transaction -> orders.get(transaction.snapshot(), request.getOrderId()));
        });
  }

  @Override
  public void listOrders(ListOrdersRequest request, StreamObserver<ListOrdersResponse> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          FieldChecks checks = new FieldChecks();
          PageRequest page = PageRequest.of(request.getPageSize(), request.getPageToken(), checks);
          checks.done();
          return response(database.read(transaction -> orders.list(transaction.snapshot(), page)));
        });
  }

  private static ListOrdersResponse response(Page<Order> page) {
    return ListOrdersResponse.newBuilder()
        .addAllOrders(page.rows())
        .setNextPageToken(page.nextToken())
        .build();
  }
}
