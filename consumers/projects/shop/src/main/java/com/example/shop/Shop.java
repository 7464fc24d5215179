package com.example.shop;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import com.example.shop.v1.ChargeRequest;
import com.example.shop.v1.OrdersGrpc;
import com.example.shop.v1.PaymentsGrpc;
import com.example.shop.v1.PlaceOrderRequest;
import com.google.protobuf.Message;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.client.RetryServiceConfig;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Two services in one server, and a client that sends each request twice. */
public final class Shop {
  private Shop() {}

  public static void main(String[] args) throws Exception {
    Database database = EmbeddedDatabase.inMemory();
    IdempotencyServerInterceptor idempotency =
        IdempotencyServerInterceptor.newBuilder(database, new Subspace(Tuple.from("grpc-once")))
            .build();
    Server payments =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(idempotency.guard(new PaymentService()))
            .build()
            .start();
    ManagedChannel toPayments = connect(payments.getPort());
    Server orders =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(
                idempotency.guard(new OrderService(PaymentsGrpc.newBlockingStub(toPayments))))
            .build()
            .start();
    ManagedChannel toOrders = connect(orders.getPort());
    try {
      shop(PaymentsGrpc.newBlockingStub(toPayments), OrdersGrpc.newBlockingStub(toOrders));
    } finally {
      toOrders.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      toPayments.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      orders.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      payments.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      idempotency.close();
      database.close();
    }
  }

  private static ManagedChannel connect(int port) {
    return Grpc.newChannelBuilder("localhost:" + port, InsecureChannelCredentials.create())
        .intercept(IdempotencyClientInterceptor.create())
        .defaultServiceConfig(
            RetryServiceConfig.forServices(
                PaymentsGrpc.getServiceDescriptor(), OrdersGrpc.getServiceDescriptor()))
        .build();
  }

  private static void shop(
      PaymentsGrpc.PaymentsBlockingStub payments, OrdersGrpc.OrdersBlockingStub orders) {
    ChargeRequest charge = ChargeRequest.newBuilder().setCustomer("ann").setCents(1).build();
    var charging = payments.withOption(IdempotencyClientInterceptor.REQUEST_ID, RequestId.random());
    expect(1L, () -> charging.charge(charge).getCharges());
    expect(1L, () -> charging.charge(charge).getCharges());
    ChargeRequest another = charge.toBuilder().setCents(2).build();
    expect(Status.Code.INVALID_ARGUMENT, () -> codeOf(() -> charging.charge(another)));

    PlaceOrderRequest order = PlaceOrderRequest.newBuilder().setCustomer("ann").build();
    var ordering = orders.withOption(IdempotencyClientInterceptor.REQUEST_ID, RequestId.random());
    var placed = ordering.placeOrder(order);
    expect(2L, placed::getCharges);
    expect(placed, () -> ordering.placeOrder(order));
    expect(3L, () -> payments.charge(charge).getCharges());
    System.out.println(
        "every request took effect once, on " + jarOf(Grpc.class) + " and " + jarOf(Message.class));
  }

  private static Path jarOf(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
        .getFileName();
  }

  private static Status.Code codeOf(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static void expect(Object expected, Supplier<?> actual) {
    Object found = actual.get();
    if (!expected.equals(found)) {
      throw new AssertionError("expected " + expected + " and found " + found);
    }
  }
}
