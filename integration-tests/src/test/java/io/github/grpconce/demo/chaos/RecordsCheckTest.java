package io.github.grpconce.demo.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.audit.Breach;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc.OrderServiceImplBase;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.github.grpconce.demo.runtime.Store;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.StorePlace;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.server.IdempotentCall;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Planted faults are found: an answer without its record, another answer, half an operation. */
@Timeout(60)
final class RecordsCheckTest {

  private static final String GOOD = "good";
  private static final String DECLINED = "declined";
  private static final String HALF_DONE = "half-done";

  private final Map<String, RequestId> requestIds =
      Map.of(GOOD, RequestId.random(), DECLINED, RequestId.random(), HALF_DONE, RequestId.random());

  private final Answer.Confirmed confirmed = new Answer.Confirmed(GOOD);
  private final Answer.Declined declined = new Answer.Declined("no money");
  private StorePlace place;

  @BeforeEach
  void useNewStores(@TempDir Path directory) throws Exception {
    place = new StorePlace.Embedded(directory);
    placeOrder(GOOD);
    assertThrows(StatusRuntimeException.class, () -> placeOrder(DECLINED));
  }

  @Test
  void recordsThatRepeatTheAnswers_areRight() {
    assertEquals(List.of(), kinds(Map.of(GOOD, confirmed, DECLINED, declined)));
  }

  @Test
  void otherAnswers_areFound() {
    List<Breach.Kind> wrong = List.of(Breach.Kind.WRONG_ANSWER);
    assertEquals(wrong, kinds(Map.of(GOOD, new Answer.Confirmed("another"))));
    assertEquals(wrong, kinds(Map.of(GOOD, declined)));
    assertEquals(wrong, kinds(Map.of(DECLINED, confirmed)));
    assertEquals(wrong, kinds(Map.of(GOOD, new Answer.Unanswered("gone"))));
  }

  @Test
  void answerWithoutARecord_isFound() {
    assertEquals(List.of(Breach.Kind.WRONG_ANSWER), kinds(Map.of(HALF_DONE, confirmed)));
  }

  @Test
  void executionInProgress_isFound() throws Exception {
    assertThrows(StatusRuntimeException.class, () -> placeOrder(HALF_DONE));
    assertEquals(
        List.of(Breach.Kind.HALF_DONE), kinds(Map.of(GOOD, confirmed, DECLINED, declined)));
    assertEquals(
        List.of(Breach.Kind.HALF_DONE, Breach.Kind.WRONG_ANSWER),
        kinds(Map.of(HALF_DONE, confirmed)));
  }

  private List<Breach.Kind> kinds(Map<String, Answer> answers) {
    return RecordsCheck.breaches(place, requestIds, answers).stream().map(Breach::kind).toList();
  }

  /** The reference says how it ends. */
  private void placeOrder(String reference) throws Exception {
    try (Store store = place.open(OrderServer.NAME);
        IdempotencyServerInterceptor guard =
            IdempotencyServerInterceptor.newBuilder(
                    store.database(), place.space(OrderServer.NAME).records())
                .lease(Duration.ofHours(1))
                .build()) {
      Server server =
          InProcessServerBuilder.forName(place.toString())
              .addService(guard.guard(new Orders()))
              .build()
              .start();
      ManagedChannel channel =
          InProcessChannelBuilder.forName(place.toString())
              .intercept(IdempotencyClientInterceptor.create())
              .build();
      try {
        Order unused =
            OrderServiceGrpc.newBlockingStub(channel)
                .withOption(IdempotencyClientInterceptor.REQUEST_ID, requestIds.get(reference))
                .placeOrder(PlaceOrderRequest.newBuilder().setReference(reference).build());
      } finally {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
      }
    }
  }

  private static final class Orders extends OrderServiceImplBase {

    @Override
    public void placeOrder(PlaceOrderRequest request, StreamObserver<Order> observer) {
      IdempotentCall.current().step("create", transaction -> {});
      switch (request.getReference()) {
        case GOOD -> {
          observer.onNext(Order.newBuilder().setOrderId(GOOD).build());
          observer.onCompleted();
        }
        case DECLINED -> observer.onError(Status.FAILED_PRECONDITION.asRuntimeException());
        default -> observer.onError(Status.UNAVAILABLE.asRuntimeException());
      }
    }
  }
}
