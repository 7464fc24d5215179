package com.example.shop;

import com.apple.foundationdb.tuple.Tuple;
import com.example.shop.v1.ChargeRequest;
import com.example.shop.v1.ChargeResponse;
import com.example.shop.v1.Order;
import com.example.shop.v1.OrdersGrpc;
import com.example.shop.v1.PaymentsGrpc;
import com.example.shop.v1.PlaceOrderRequest;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.server.IdempotentCall;
import io.grpc.stub.StreamObserver;

/** Creates an order, has it paid for, and notes that it is. */
final class OrderService extends OrdersGrpc.OrdersImplBase {

  private final PaymentsGrpc.PaymentsBlockingStub payments;

  OrderService(PaymentsGrpc.PaymentsBlockingStub payments) {
    this.payments = payments.withOption(IdempotencyClientInterceptor.LABEL, "charge");
  }

  @Override
  public void placeOrder(PlaceOrderRequest request, StreamObserver<Order> observer) {
    IdempotentCall call = IdempotentCall.current();
    Order order = Order.newBuilder().setId(call.newId("order").toString()).build();
    call.step("create", tr -> tr.set(key(order), order.toByteArray()));
    ChargeResponse charged = payments.charge(chargeFor(request)); // Guarded, too: once.
    Order paid = order.toBuilder().setCharges(charged.getCharges()).build();
    call.step("pay", tr -> tr.set(key(paid), paid.toByteArray()));
    observer.onNext(paid);
    observer.onCompleted();
  }

  private static byte[] key(Order order) {
    return Tuple.from("order", order.getId()).pack();
  }

  private static ChargeRequest chargeFor(PlaceOrderRequest request) {
    return ChargeRequest.newBuilder()
        .setCustomer(request.getCustomer())
        .setCents(request.getCents())
        .build();
  }
}
