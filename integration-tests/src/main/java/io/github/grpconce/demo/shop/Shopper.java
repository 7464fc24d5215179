package io.github.grpconce.demo.shop;

import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes one purchase: tries it until it has an answer. On top of the channel's own retries, as
 * applications do whose users press the button again.
 *
 * <p>All tries are in a {@link Context} with one request ID. Whether that ID is sent is up to the
 * channel: with our interceptor it is; without, these are plain retries.
 */
public final class Shopper {

  /** After these the purchase may or may not have been made; after all others it was not. */
  private static final Set<Status.Code> NO_ANSWER =
      EnumSet.of(
          Status.Code.UNAVAILABLE,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.CANCELLED,
          Status.Code.ABORTED,
          Status.Code.UNKNOWN,
          Status.Code.INTERNAL,
          Status.Code.RESOURCE_EXHAUSTED);

  private final OrderServiceBlockingStub orders;
  private final Patience patience;
  private final SplittableRandom random;
  private final CountDownLatch abort;

  /**
   * A shopper with nothing bought yet.
   *
   * @param abort is released when no further try makes sense
   */
  public Shopper(
      OrderServiceBlockingStub orders,
      Patience patience,
      SplittableRandom random,
      CountDownLatch abort) {
    this.orders = orders;
    this.patience = patience;
    this.random = random;
    this.abort = abort;
  }

  /** Makes a purchase under a new request ID. */
  Answer buy(Purchase purchase) throws Exception {
    return buy(purchase, RequestId.random());
  }

  /**
   * Makes a purchase.
   *
   * @param requestId the one of an earlier shopper, to ask for the same purchase again
   */
  public Answer buy(Purchase purchase, RequestId requestId) throws Exception {
    return IdempotencyClientInterceptor.withRequestId(Context.current(), requestId)
        .call(() -> tryUntilAnswered(purchase));
  }

  private Answer tryUntilAnswered(Purchase purchase) throws InterruptedException {
    Status failure = Status.CANCELLED;
    for (int tries = 1; tries <= patience.tries(); tries++) {
      try {
        return new Answer.Confirmed(place(purchase));
      } catch (StatusRuntimeException e) {
        failure = e.getStatus();
      }
      if (!NO_ANSWER.contains(failure.getCode())) {
        return new Answer.Declined(failure.toString());
      }
      long pauseNanos = patience.pauseAfter(tries, random).toNanos();
      if (abort.await(pauseNanos, TimeUnit.NANOSECONDS)) {
        break;
      }
    }
    return new Answer.Unanswered(failure.toString());
  }

  private String place(Purchase purchase) {
    return orders
        .withDeadlineAfter(patience.deadline().toMillis(), TimeUnit.MILLISECONDS)
        .placeOrder(purchase.request())
        .getOrderId();
  }
}
