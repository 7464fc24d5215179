package io.github.grpconce.demo.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class ShopperTest {

  private static final Patience IMPATIENT =
      new Patience(5, Duration.ofSeconds(30), Duration.ofNanos(2), Duration.ofNanos(4));

  private static final Purchase PURCHASE =
      new Purchase(PlaceOrderRequest.newBuilder().setReference("tea").build(), true);

  private final CountDownLatch abort = new CountDownLatch(1);
  private final FlakyShop shop = new FlakyShop();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void open() throws Exception {
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(shop)
            .intercept(shop.new RequestIdNotes())
            .build()
            .start();
    channel =
        InProcessChannelBuilder.forName(name)
            .directExecutor()
            .intercept(IdempotencyClientInterceptor.create())
            .build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void ok_isConfirmed() throws Exception {
    assertEquals(new Answer.Confirmed("order-of-tea"), shopper().buy(PURCHASE));
    assertEquals(1, shop.requestIds.size());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {
        "UNAVAILABLE",
        "DEADLINE_EXCEEDED",
        "CANCELLED",
        "ABORTED",
        "UNKNOWN",
        "INTERNAL",
        "RESOURCE_EXHAUSTED"
      })
  void failureThatIsNoAnswer_isTriedAgain(Status.Code code) throws Exception {
    shop.failures.addAll(List.of(code.toStatus(), code.toStatus()));
    assertEquals(new Answer.Confirmed("order-of-tea"), shopper().buy(PURCHASE));
    assertEquals(3, shop.requestIds.size());
  }

  @Test
  void allTries_carryTheSameRequestId() throws Exception {
    shop.failures.addAll(Collections.nCopies(4, Status.UNAVAILABLE));
    shopper().buy(PURCHASE);
    assertEquals(5, shop.requestIds.size());
    assertEquals(1, shop.requestIds.stream().distinct().count());
    assertNotNull(shop.requestIds.peek());
  }

  @Test
  void differentPurchases_carryDifferentRequestIds() throws Exception {
    Shopper shopper = shopper();
    shopper.buy(PURCHASE);
    shopper.buy(PURCHASE);
    assertEquals(2, shop.requestIds.stream().distinct().count());
  }

  @Test
  void finalRefusal_isADecline() throws Exception {
    shop.failures.add(Status.FAILED_PRECONDITION.withDescription("no money"));
    assertInstanceOf(Answer.Declined.class, shopper().buy(PURCHASE));
    assertEquals(1, shop.requestIds.size());
  }

  @Test
  void patienceAtItsEnd_isUnanswered() throws Exception {
    shop.failures.addAll(Collections.nCopies(100, Status.UNAVAILABLE));
    assertInstanceOf(Answer.Unanswered.class, shopper().buy(PURCHASE));
    assertEquals(IMPATIENT.tries(), shop.requestIds.size());
  }

  @Test
  void abort_endsTheTries() throws Exception {
    abort.countDown();
    shop.failures.addAll(Collections.nCopies(100, Status.UNAVAILABLE));
    assertInstanceOf(Answer.Unanswered.class, shopper().buy(PURCHASE));
    assertEquals(1, shop.requestIds.size());
  }

  private Shopper shopper() {
    return new Shopper(
        OrderServiceGrpc.newBlockingStub(channel), IMPATIENT, new SplittableRandom(1), abort);
  }

  /** Fails as it is told, and then takes orders. */
  private static final class FlakyShop extends OrderServiceGrpc.OrderServiceImplBase {
    final Queue<Status> failures = new ConcurrentLinkedQueue<>();
    final Queue<String> requestIds = new ConcurrentLinkedQueue<>();

    @Override
    public void placeOrder(PlaceOrderRequest request, StreamObserver<Order> observer) {
      Status failure = failures.poll();
      if (failure != null) {
        observer.onError(failure.asRuntimeException());
        return;
      }
      observer.onNext(Order.newBuilder().setOrderId("order-of-" + request.getReference()).build());
      observer.onCompleted();
    }

    final class RequestIdNotes implements ServerInterceptor {
      @Override
      public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
          ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        requestIds.add(headers.get(IdempotencyHeaders.REQUEST_ID));
        return next.startCall(call, headers);
      }
    }
  }
}
