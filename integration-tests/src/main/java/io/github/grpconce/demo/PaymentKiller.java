package io.github.grpconce.demo;

import io.github.grpconce.demo.harness.RestartableService;
import io.github.grpconce.demo.shop.Progress;
import io.github.grpconce.demo.shop.Shop;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/**
 * Kills and restarts the payment service, each time when its turn has come.
 *
 * @param abort is released if the service doesn't come back
 */
record PaymentKiller(
    Shop shop, KillSchedule schedule, Progress progress, Narrator narrator, CountDownLatch abort)
    implements Callable<Integer> {

  /** Returns the number of kills, after the last. */
  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean done = false;
    try {
      for (int answered : schedule.answered()) {
        progress.await(answered);
        killAndRestart(shop.payments().get(0));
        narrator.say("the payment service was killed and restarted");
      }
      done = true;
      return schedule.answered().size();
    } finally {
      if (!done) {
        abort.countDown();
      }
    }
  }

  private static void killAndRestart(RestartableService payment)
      throws IOException, InterruptedException {
    payment.kill();
    payment.start();
  }
}
