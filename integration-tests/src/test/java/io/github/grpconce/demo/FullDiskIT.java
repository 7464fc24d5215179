package io.github.grpconce.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.audit.Evidence;
import io.github.grpconce.demo.audit.Reconciliation;
import io.github.grpconce.demo.harness.RestartableService;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.GetAccountRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.github.grpconce.demo.proxy.FaultPlan;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Patience;
import io.github.grpconce.demo.shop.Purchase;
import io.github.grpconce.demo.shop.Shop;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.grpc.stub.AbstractStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service whose disk has no room for another byte. It is the system that refuses to write, as it
 * does on a full disk; see {@link RestartableService#limitFileSize}.
 */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
@OnEngineOnly("files")
final class FullDiskIT {

  private static final long NO_ROOM = 0;

  private static final HealthCheckRequest ANYONE = HealthCheckRequest.getDefaultInstance();
  private static final Purchase FIRST = ShopUnderTest.purchase(0);
  private static final Purchase SECOND = ShopUnderTest.purchase(1);

  private final RequestId requestId = RequestId.random();

  @TempDir Path directory;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private ShopUnderTest shop;

  @BeforeEach
  void buyTheFirst() throws Exception {
    shop = new ShopUnderTest(directory, FaultPlan.NO_FAULTS, Duration.ofSeconds(10));
    assertInstanceOf(
        Answer.Confirmed.class, shop.buy(FIRST, RequestId.random(), Patience.OF_A_MINUTE));
  }

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    shop.close();
  }

  @Test
  void paymentsDiskIsFull_noOrderIsAnswered_andAllIsWellAfterwards() throws Exception {
    assertRefusesUntilThereIsRoom(shop.shop().payments().get(0));
  }

  @Test
  void ordersDiskIsFull_noOrderIsAnswered_andAllIsWellAfterwards() throws Exception {
    assertRefusesUntilThereIsRoom(shop.shop().orders().get(0));
  }

  @Test
  void serviceWithAFullDisk_saysUnavailable_andIsStillRead() throws Exception {
    RestartableService service = shop.shop().payments().get(0);
    PaymentServiceBlockingStub payments = PaymentServiceGrpc.newBlockingStub(connect(service));
    long before = balanceCents(payments);
    service.limitFileSize(NO_ROOM);
    StatusRuntimeException refusal = assertUnavailable(() -> charge(payments));
    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(refusal));
    assertEquals(before, balanceCents(payments));
    HealthBlockingStub health = HealthGrpc.newBlockingStub(payments.getChannel());
    Wait.until(
        "the service is not serving",
        Duration.ofMinutes(1),
        () -> health.check(ANYONE).getStatus() == ServingStatus.NOT_SERVING);

    service.stop();
    service.start();
    String paymentId = charge(payments).getPaymentId();
    assertEquals(paymentId, charge(payments).getPaymentId());
    assertEquals(before - 1, balanceCents(payments));
  }

  private void assertRefusesUntilThereIsRoom(RestartableService service) throws Exception {
    OrderServiceBlockingStub orders =
        OrderServiceGrpc.newBlockingStub(connect(shop.shop().orders().get(0)));
    service.limitFileSize(NO_ROOM);
    assertUnavailable(() -> order(orders));
    service.stop();
    service.start();
    String orderId = order(orders).getOrderId();
    assertEquals(orderId, order(orders).getOrderId());
    Evidence evidence = shop.closeAndRead();
    assertEquals(2, evidence.orders().size());
    assertEquals(
        List.of(),
        Reconciliation.breaches(
            List.of(FIRST, SECOND),
            Map.of(SECOND.reference(), new Answer.Confirmed(orderId)),
            evidence));
  }

  private static StatusRuntimeException assertUnavailable(Executable call) {
    StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, call);
    assertEquals(Status.Code.UNAVAILABLE, refusal.getStatus().getCode(), refusal::toString);
    return refusal;
  }

  /** Without retries: what a single attempt is told is what the test sees. */
  private Channel connect(RestartableService service) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", service.port(), InsecureChannelCredentials.create())
            .disableRetry()
            .intercept(IdempotencyClientInterceptor.create())
            .build();
    channels.add(channel);
    return channel;
  }

  private Order order(OrderServiceBlockingStub orders) throws Exception {
    return underTheRequestId(() -> patient(orders).placeOrder(SECOND.request()));
  }

  private Payment charge(PaymentServiceBlockingStub payments) throws Exception {
    ChargeRequest request =
        ChargeRequest.newBuilder()
            .setCustomerAccountId(FIRST.customer())
            .setMerchantAccountId(Shop.MERCHANT)
            .setAmountCents(1)
            .build();
    return underTheRequestId(() -> patient(payments).charge(request));
  }

  private <T> T underTheRequestId(Callable<T> call) throws Exception {
    return IdempotencyClientInterceptor.withRequestId(Context.current(), requestId).call(call);
  }

  private static <S extends AbstractStub<S>> S patient(S stub) {
    return stub.withWaitForReady().withDeadlineAfter(Duration.ofSeconds(30));
  }

  private static long balanceCents(PaymentServiceBlockingStub payments) {
    Account account =
        payments.getAccount(GetAccountRequest.newBuilder().setAccountId(FIRST.customer()).build());
    return account.getBalanceCents();
  }
}
