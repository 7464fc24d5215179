package io.github.grpconce.demo.chaos;

import io.github.grpconce.RequestId;
import io.github.grpconce.demo.Wait;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Patience;
import io.github.grpconce.demo.shop.Purchase;
import io.github.grpconce.demo.shop.Shopper;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shoppers who buy one thing after the other until closing time. Most of them come back until they
 * have an answer; some leave at the first failure and are never seen again.
 */
final class Crowd implements AutoCloseable {

  /** Enough to have calls under way at any moment, few enough for two processors. */
  private static final int SHOPPERS = 12;

  /** What a shopper does between two purchases, at most. */
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(300);

  /** Comes back for minutes, but doesn't wait for long at a connection that has gone silent. */
  private static final Patience PATIENT =
      new Patience(200, Duration.ofSeconds(3), Duration.ofMillis(25), Duration.ofMillis(500));

  private static final Patience IMPATIENT =
      new Patience(1, Duration.ofMillis(400), Duration.ofMillis(1), Duration.ofMillis(2));

  private static final double IMPATIENT_SHARE = 0.2;

  /** Else a channel waits longer each time, and for longer than the service was away. */
  private static final Duration RECONNECT = Duration.ofMillis(300);

  private final ManagedChannel orderService;
  private final Queue<Purchase> toBuy;
  private final Map<String, RequestId> requestIds = new ConcurrentHashMap<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final CountDownLatch closingTime = new CountDownLatch(1);
  private final CountDownLatch abort;
  private final ExecutorService threads = Executors.newFixedThreadPool(SHOPPERS);
  private final List<Future<Void>> shoppers = new ArrayList<>();
  private final ScheduledExecutorService reconnector = Executors.newSingleThreadScheduledExecutor();

  /**
   * Lets the crowd in.
   *
   * @param abort is released when no further try makes sense
   */
  Crowd(ManagedChannel orderService, List<Purchase> purchases, long seed, CountDownLatch abort) {
    this.orderService = orderService;
    this.toBuy = new ConcurrentLinkedQueue<>(purchases);
    this.abort = abort;
    var unused =
        reconnector.scheduleWithFixedDelay(
            orderService::resetConnectBackoff, 0, RECONNECT.toMillis(), TimeUnit.MILLISECONDS);
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < SHOPPERS; i++) {
      SplittableRandom random = seeds.split();
      shoppers.add(threads.submit(() -> shop(random)));
    }
  }

  /**
   * Lets nobody begin a purchase any more, and waits until those that were begun have their answer.
   *
   * @return the answers, by the purchases' references
   */
  Map<String, Answer> sendHome(Duration limit) throws Exception {
    closingTime.countDown();
    Wait.until(
        "every shopper has an answer", limit, () -> shoppers.stream().allMatch(Future::isDone));
    for (Future<Void> shopper : shoppers) {
      shopper.get();
    }
    return Map.copyOf(answers);
  }

  /**
   * Asks for every purchase that was begun once more, under the same request ID: also for those
   * whose shoppers left without an answer.
   *
   * @return the answers, by the purchases' references
   */
  Map<String, Answer> askAgain(List<Purchase> purchases) throws Exception {
    Map<String, Future<Answer>> asked = new HashMap<>();
    for (Purchase purchase : purchases) {
      RequestId requestId = requestIds.get(purchase.reference());
      if (requestId != null) {
        Shopper shopper = shopper(PATIENT, new SplittableRandom());
        asked.put(purchase.reference(), threads.submit(() -> shopper.buy(purchase, requestId)));
      }
    }
    Map<String, Answer> again = new HashMap<>();
    for (Map.Entry<String, Future<Answer>> answer : asked.entrySet()) {
      again.put(answer.getKey(), answer.getValue().get());
    }
    return again;
  }

  /** The request IDs of the purchases that were begun, by their references. */
  Map<String, RequestId> requestIds() {
    return Map.copyOf(requestIds);
  }

  /** How many purchases have ended, with an answer or without. */
  int ended() {
    return answers.size();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    reconnector.shutdownNow();
  }

  private Void shop(SplittableRandom random) throws Exception {
    do {
      Purchase purchase = toBuy.poll();
      if (purchase == null) {
        return null;
      }
      Patience patience = random.nextDouble() < IMPATIENT_SHARE ? IMPATIENT : PATIENT;
      RequestId requestId = RequestId.random();
      requestIds.put(purchase.reference(), requestId);
      answers.put(purchase.reference(), shopper(patience, random.split()).buy(purchase, requestId));
    } while (!closingTime.await(random.nextLong(LONGEST_PAUSE.toNanos()), TimeUnit.NANOSECONDS));
    return null;
  }

  private Shopper shopper(Patience patience, SplittableRandom random) {
    return new Shopper(OrderServiceGrpc.newBlockingStub(orderService), patience, random, abort);
  }
}
