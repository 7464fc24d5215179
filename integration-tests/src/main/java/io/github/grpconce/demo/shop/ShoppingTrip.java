package io.github.grpconce.demo.shop;

import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes all purchases of a list, several at a time. */
public final class ShoppingTrip implements AutoCloseable {

  private final Channel orderService;
  private final Progress progress;
  private final SplittableRandom random;
  private final CountDownLatch abort;
  private final ExecutorService shoppers;

  /**
   * Prepares a trip.
   *
   * @param orderService where the orders are placed
   * @param concurrency how many purchases are under way at a time
   * @param seed for the pauses between tries
   * @param abort is released when no further try makes sense
   */
  public ShoppingTrip(
      Channel orderService, int concurrency, long seed, Progress progress, CountDownLatch abort) {
    this.orderService = orderService;
    this.progress = progress;
    this.random = new SplittableRandom(seed);
    this.abort = abort;
    this.shoppers = Executors.newFixedThreadPool(concurrency);
  }

  /**
   * Makes all purchases.
   *
   * @return the answers, by the purchases' references
   */
  public Map<String, Answer> buy(List<Purchase> purchases)
      throws InterruptedException, ExecutionException {
    List<Future<Answer>> answers = new ArrayList<>();
    for (Purchase purchase : purchases) {
      Shopper shopper =
          new Shopper(
              OrderServiceGrpc.newBlockingStub(orderService),
              Patience.OF_A_MINUTE,
              random.split(),
              abort);
      answers.add(shoppers.submit(() -> buy(shopper, purchase)));
    }
    Map<String, Answer> byReference = new LinkedHashMap<>();
    for (int i = 0; i < purchases.size(); i++) {
      byReference.put(purchases.get(i).reference(), answers.get(i).get());
    }
    return byReference;
  }

  private Answer buy(Shopper shopper, Purchase purchase) throws Exception {
    Answer answer = shopper.buy(purchase);
    progress.oneAnswered();
    return answer;
  }

  @Override
  public void close() {
    shoppers.shutdownNow();
  }
}
