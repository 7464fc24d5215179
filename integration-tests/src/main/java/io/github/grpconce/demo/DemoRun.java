package io.github.grpconce.demo;

import io.github.grpconce.demo.audit.Audit;
import io.github.grpconce.demo.audit.Evidence;
import io.github.grpconce.demo.audit.Figures;
import io.github.grpconce.demo.harness.Processes;
import io.github.grpconce.demo.proxy.SeededFaults;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Bank;
import io.github.grpconce.demo.shop.Channels;
import io.github.grpconce.demo.shop.Mode;
import io.github.grpconce.demo.shop.Progress;
import io.github.grpconce.demo.shop.ServiceJars;
import io.github.grpconce.demo.shop.Shop;
import io.github.grpconce.demo.shop.ShopPlan;
import io.github.grpconce.demo.shop.ShoppingList;
import io.github.grpconce.demo.shop.ShoppingTrip;
import io.github.grpconce.demo.shop.StorePlace;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** One run of the demo: opens a shop, has everything bought, closes it, and audits its books. */
final class DemoRun {

  private static final double DELAYED_SHARE = 0.1;
  private static final Duration LONGEST_DELAY = Duration.ofMillis(25);

  private final DemoSettings settings;
  private final Mode mode;
  private final StorePlace place;
  private final Narrator narrator;
  private final ShoppingList list;
  private final Progress progress;

  /** Released when something has gone so wrong that no order will be answered any more. */
  private final CountDownLatch abort = new CountDownLatch(1);

  DemoRun(DemoSettings settings, Mode mode, StorePlace place, Narrator narrator) {
    this.settings = settings;
    this.mode = mode;
    this.place = place;
    this.narrator = narrator;
    this.list = ShoppingList.of(settings.seed(), settings.orders());
    this.progress = new Progress(narrator::answered);
  }

  /** Does everything, and returns what the audit has found. */
  Figures run(Processes processes) throws IOException, InterruptedException, ExecutionException {
    narrator.say("starting the payment service and the order service");
    Shopping shopping;
    try (Shop shop = new Shop(plan(), processes, abort::countDown)) {
      openAccounts(shop);
      shopping = shopWhileKilling(shop);
      narrator.say("stopping the services, and reading their stores");
      shop.stop();
    }
    return new Audit(list, shopping.answers(), Evidence.read(place))
        .figures(shopping.kills(), shopping.time());
  }

  /** Both runs meet the same faults; each link has its own. */
  private ShopPlan plan() {
    SplittableRandom seeds = new SplittableRandom(settings.seed());
    return new ShopPlan(
        ServiceJars.ofThisBuild(), mode, place, faults(seeds.nextLong()), faults(seeds.nextLong()));
  }

  private SeededFaults faults(long seed) {
    return new SeededFaults(seed, settings.drop(), settings.reset(), DELAYED_SHARE, LONGEST_DELAY);
  }

  private void openAccounts(Shop shop) throws InterruptedException, ExecutionException {
    ManagedChannel channel = Channels.ofBankClerk(shop.paymentPort());
    try {
      new Bank(channel).openAccounts(Shop.MERCHANT, list.customers());
    } finally {
      channel.shutdownNow();
    }
  }

  private Shopping shopWhileKilling(Shop shop) throws InterruptedException, ExecutionException {
    KillSchedule schedule = KillSchedule.of(settings.kills(), settings.orders(), settings.seed());
    FutureTask<Integer> kills =
        new FutureTask<>(new PaymentKiller(shop, schedule, progress, narrator, abort));
    Thread killer = new Thread(kills, "payment-killer");
    killer.start();
    try {
      long begin = System.nanoTime();
      Map<String, Answer> answers = buyAll(shop);
      Duration time = Duration.ofNanos(System.nanoTime() - begin);
      return new Shopping(answers, kills.get(), time);
    } finally {
      killer.interrupt();
    }
  }

  private Map<String, Answer> buyAll(Shop shop) throws InterruptedException, ExecutionException {
    ManagedChannel channel = Channels.ofShopper(shop.orderPort(), mode);
    try (ShoppingTrip trip =
        new ShoppingTrip(channel, settings.concurrency(), settings.seed(), progress, abort)) {
      return trip.buy(list.purchases());
    } finally {
      channel.shutdownNow();
    }
  }

  private record Shopping(Map<String, Answer> answers, int kills, Duration time) {}
}
