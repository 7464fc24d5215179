package com.example.shop;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import com.example.shop.v1.OrdersGrpc;
import com.example.shop.v1.PaymentsGrpc;
import com.example.shop.v1.PlaceOrderRequest;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.client.RetryServiceConfig;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** A payment and an order service, and a client whose request comes twice. */
public final class Shop {

  private Shop() {}

  public static void main(String[] args) throws Exception {
    Database database = EmbeddedDatabase.inMemory(); // Or FDB.selectAPIVersion(730).open().
    Subspace records = new Subspace(Tuple.from("grpc-once")); // Nothing else is kept there.
    IdempotencyServerInterceptor guard =
        IdempotencyServerInterceptor.newBuilder(database, records).build();
    RetentionSweeper sweeper = RetentionSweeper.newBuilder(database, records).build();
    sweeper.start(); // Forgets records after a day.

    Server payments = start(guard, new PaymentService());
    ManagedChannel toPayments = connect(payments, PaymentsGrpc.getServiceDescriptor());
    Server orders = start(guard, new OrderService(PaymentsGrpc.newBlockingStub(toPayments)));
    ManagedChannel toOrders = connect(orders, OrdersGrpc.getServiceDescriptor());

    try {
      order(OrdersGrpc.newBlockingStub(toOrders));
    } finally {
      guard.close(); // Nothing more is resumed.
      stop(orders);
      stop(payments);
      toOrders.shutdownNow();
      toPayments.shutdownNow();
      sweeper.close();
      database.close();
      System.out.println("stopped");
    }
  }

  private static Server start(IdempotencyServerInterceptor guard, BindableService service)
      throws IOException {
    return Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
        .addService(guard.guard(service))
        .build()
        .start();
  }

  private static ManagedChannel connect(Server server, ServiceDescriptor service) {
    String target = "localhost:" + server.getPort();
    return Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
        .intercept(IdempotencyClientInterceptor.create())
        .defaultServiceConfig(RetryServiceConfig.forServices(service))
        .build();
  }

  /** As if an answer were lost: the same request is sent again, under the same ID. */
  private static void order(OrdersGrpc.OrdersBlockingStub orders) {
    PlaceOrderRequest request =
        PlaceOrderRequest.newBuilder().setCustomer("ann").setCents(250).build();
    var once = orders.withOption(IdempotencyClientInterceptor.REQUEST_ID, RequestId.random());
    for (String which : new String[] {"first", "second"}) {
      long charges = once.placeOrder(request).getCharges();
      System.out.println("the " + which + " answer: charged " + charges + " time(s)");
    }
    try {
      once.placeOrder(request.toBuilder().setCents(999).build());
    } catch (StatusRuntimeException e) {
      System.out.println("another request under that ID: " + ErrorReason.of(e).orElseThrow());
    }
  }

  /** New calls are refused, and those under way have half a minute to end. */
  private static void stop(Server server) throws InterruptedException {
    server.shutdown();
    if (!server.awaitTermination(30, TimeUnit.SECONDS)) {
      server.shutdownNow().awaitTermination();
    }
  }
}
