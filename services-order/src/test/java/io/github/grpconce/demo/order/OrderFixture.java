package io.github.grpconce.demo.order;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.handler.Execution;
import io.github.grpconce.demo.handler.Refusal;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderLine;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.runtime.ServiceContext;
import io.github.grpconce.demo.runtime.ServiceFactory;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.github.grpconce.demo.runtime.ServiceWiring;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.server.CallerScope;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.teststore.TestStore;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/**
 * The order service in the test's own process, and a payment service behind it; each has a store of
 * its own. The shopper's channel doesn't retry: tests do it.
 */
final class OrderFixture implements AutoCloseable {

  static final String MERCHANT = "merchant";

  private static final ServiceSpace SPACE = ServiceSpace.named(OrderServer.NAME);

  private final String orderName = UUID.randomUUID().toString();
  private final String paymentName = UUID.randomUUID().toString();
  private final Database orders = TestStore.open(EmbeddedDatabase::inMemory);
  private final Database payments = TestStore.open(EmbeddedDatabase::inMemory);
  private final CountingPayments.Script script = new CountingPayments.Script();
  private final LostAnswers lostCharges = new LostAnswers();
  private final LostAnswers lostOrders = new LostAnswers();
  private final ManagedChannel toPayment;
  private final ManagedChannel toOrder;
  private final Server paymentServer;
  private final Server orderServer;

  private OrderFixture(boolean guarded, Optional<CallerScope> scope) {
    InProcessChannelBuilder channel = InProcessChannelBuilder.forName(paymentName);
    if (guarded) {
      PaymentChannel.guard(channel);
    } else {
      PaymentChannel.retry(channel);
    }
    toPayment = channel.build();
    toOrder =
        InProcessChannelBuilder.forName(orderName)
            .intercept(IdempotencyClientInterceptor.create())
            .build();
    Payments charges = new Payments(toPayment, MERCHANT, Duration.ofSeconds(20));
    paymentServer =
        start(
            paymentName,
            define(guarded, payments, CountingPayments.SPACE, script::create),
            lostCharges);
    orderServer =
        start(
            orderName,
            scope
                .map(callers -> defineFor(callers, charges))
                .orElseGet(
                    () ->
                        define(
                            guarded,
                            orders,
                            SPACE,
                            context -> OrderServer.service(context, charges))),
            lostOrders);
  }

  static OrderFixture guarded() {
    return new OrderFixture(true, Optional.empty());
  }

  /** A shop that tells its callers apart. */
  static OrderFixture guardedFor(CallerScope scope) {
    return new OrderFixture(true, Optional.of(scope));
  }

  private ServerServiceDefinition defineFor(CallerScope scope, Payments charges) {
    ServiceContext context = new ServiceContext(orders, SPACE.data(), Execution.guarded());
    return IdempotencyServerInterceptor.newBuilder(orders, SPACE.records())
        .scope(scope)
        .build()
        .guard(OrderServer.service(context, charges));
  }

  static OrderFixture unguarded() {
    return new OrderFixture(false, Optional.empty());
  }

  private static ServerServiceDefinition define(
      boolean guarded, Database database, ServiceSpace space, ServiceFactory factory) {
    return guarded
        ? ServiceWiring.guarded(database, space, factory)
        : ServiceWiring.unguarded(database, space, factory);
  }

  private static Server start(String name, ServerServiceDefinition service, LostAnswers lost) {
    try {
      return InProcessServerBuilder.forName(name)
          .addService(service)
          .intercept(lost)
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every call of it is an operation of its own. */
  OrderServiceBlockingStub stub() {
    return OrderServiceGrpc.newBlockingStub(toOrder);
  }

  /** Every call of it is an attempt of the same operation. */
  OrderServiceBlockingStub stub(RequestId requestId) {
    return stub().withOption(IdempotencyClientInterceptor.REQUEST_ID, requestId);
  }

  /** The payment service's guard has forgotten all charges before an hour from now. */
  void expireCharges() {
    byte[] horizon =
        ByteArrayUtil.join(CountingPayments.SPACE.records().getKey(), new byte[] {'h'});
    long millis = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
    payments.run(
        transaction -> {
          transaction.set(horizon, ByteBuffer.allocate(Long.BYTES).putLong(millis).array());
          return millis;
        });
  }

  CountingPayments.Script script() {
    return script;
  }

  LostAnswers lostCharges() {
    return lostCharges;
  }

  LostAnswers lostOrders() {
    return lostOrders;
  }

  List<Payment> charges() {
    return CountingPayments.charges(payments);
  }

  List<Order> orders() {
    return PlacedOrders.read(orders, SPACE);
  }

  /** Makes every transaction that has read a record, and not yet committed, execute again. */
  void conflictWithOrders() {
    Range records = SPACE.records().range();
    orders.run(
        transaction -> {
          transaction.addWriteConflictRange(records.begin, records.end);
          return null;
        });
  }

  /** Two of a thing for 3.00 and one for 4.00. */
  static PlaceOrderRequest request() {
    return PlaceOrderRequest.newBuilder()
        .setCustomerAccountId("customer")
        .setReference("purchase-1")
        .addLines(line("pen", 2, 300))
        .addLines(line("ink", 1, 400))
        .build();
  }

  static OrderLine line(String product, int quantity, long unitPriceCents) {
    return OrderLine.newBuilder()
        .setProduct(product)
        .setQuantity(quantity)
        .setUnitPriceCents(unitPriceCents)
        .build();
  }

  /** Returns how a call is refused, in the form {@code NOT_FOUND ORDER_NOT_FOUND}. */
  static String refusalOf(Executable call) {
    StatusRuntimeException refusal = Assertions.assertThrows(StatusRuntimeException.class, call);
    return refusal.getStatus().getCode() + " " + Refusal.infoOf(refusal).getReason();
  }

  @Override
  public void close() {
    toOrder.shutdownNow();
    orderServer.shutdownNow();
    toPayment.shutdownNow();
    paymentServer.shutdownNow();
    orders.close();
    payments.close();
  }
}
