package io.github.grpconce.demo.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.RequestId;
import io.github.grpconce.demo.Wait;
import io.github.grpconce.demo.audit.Breach;
import io.github.grpconce.demo.audit.Evidence;
import io.github.grpconce.demo.audit.Reconciliation;
import io.github.grpconce.demo.harness.Processes;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.order.v1.ListOrdersRequest;
import io.github.grpconce.demo.order.v1.ListOrdersResponse;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import io.github.grpconce.demo.proxy.Fault;
import io.github.grpconce.demo.proxy.FaultPlan;
import io.github.grpconce.demo.proxy.SeededFaults;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Bank;
import io.github.grpconce.demo.shop.Channels;
import io.github.grpconce.demo.shop.Detour;
import io.github.grpconce.demo.shop.Mode;
import io.github.grpconce.demo.shop.ServiceJars;
import io.github.grpconce.demo.shop.Shop;
import io.github.grpconce.demo.shop.ShopPlan;
import io.github.grpconce.demo.shop.ShoppingList;
import io.github.grpconce.demo.shop.StorePlace;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run: opens a shop, lets a crowd in, strikes, waits until all is quiet, and looks. */
final class ChaosRun {

  /** The shortest there is: executions whose server stands still are taken over meanwhile. */
  private static final Duration LEASE = Duration.ofSeconds(1);

  /** As many purchases as the crowd can make, and some more. */
  private static final long PURCHASES_PER_SECOND = 100;

  private static final Duration PROGRESS = Duration.ofMinutes(1);

  /** A client that comes back does so for about a minute. */
  private static final Duration LONGEST_GOODBYE = Duration.ofMinutes(3);

  private static final Duration LONGEST_SETTLING = Duration.ofMinutes(1);

  private static final double DROP = 0.05;
  private static final double RESET = 0.01;

  private final ChaosPlan plan;
  private final Path data;
  private final Path logs;
  private final StorePlace place;
  private final ShoppingList list;

  /** Single calls go wrong, too, until this is set. */
  private final AtomicBoolean calm = new AtomicBoolean();

  /** Released when something has gone so wrong that the run is of no use. */
  private final CountDownLatch abort = new CountDownLatch(1);

  /**
   * Prepares a run.
   *
   * @param directory for data and logs, which are left there
   */
  ChaosRun(ChaosPlan plan, Path directory) throws Exception {
    this.plan = plan;
    data = Files.createDirectory(directory.resolve("data"));
    logs = Files.createDirectory(directory.resolve("logs"));
    place =
        plan.clusterFile().isPresent()
            ? new StorePlace.Cluster(plan.clusterFile().get(), "chaos-" + unique() + "-")
            : new StorePlace.Embedded(data);
    list =
        ShoppingList.of(
            plan.seed(), Math.toIntExact(plan.length().toSeconds() * PURCHASES_PER_SECOND));
  }

  /** Makes a run, in a directory of its own below {@code target/chaos}, and prints it. */
  static Outcome of(ChaosPlan plan) throws Exception {
    System.out.println(plan + "; again with -Dgrpconce.seed=" + plan.seed());
    plan.schedule().strikes().forEach(System.out::println);
    Path parent = Files.createDirectories(Path.of("target", "chaos"));
    Outcome outcome =
        new ChaosRun(plan, Files.createTempDirectory(parent, plan.mode().label() + "-")).run();
    System.out.println(plan + ": " + outcome);
    outcome.breaches().forEach(System.out::println);
    return outcome;
  }

  Outcome run() throws Exception {
    Trade trade;
    try (Processes processes = new Processes(logs);
        Shop shop = new Shop(shopPlan(), processes, abort::countDown)) {
      openAccounts(shop);
      trade = trade(shop);
      shop.stop();
    }
    return outcome(trade);
  }

  private Outcome outcome(Trade trade) throws IOException {
    Evidence evidence = Evidence.read(place);
    List<Breach> breaches =
        new ArrayList<>(Reconciliation.breaches(list.purchases(), trade.answers(), evidence));
    if (plan.mode() == Mode.GUARDED) {
      breaches.addAll(RecordsCheck.breaches(place, trade.requestIds(), trade.answers()));
    }
    Happenings happenings = Happenings.read(logs, place);
    place.discard();
    return new Outcome(trade.answers(), evidence, breaches, happenings);
  }

  private ShopPlan shopPlan() {
    SplittableRandom seeds = new SplittableRandom(plan.seed());
    return new ShopPlan(
        ServiceJars.ofThisBuild(),
        plan.mode(),
        place,
        faults(seeds.nextLong()),
        faults(seeds.nextLong()),
        plan.copies(),
        LEASE,
        Detour.NONE,
        List.of("--verbose", "--mark-commits"));
  }

  private FaultPlan faults(long seed) {
    FaultPlan faults = new SeededFaults(seed, DROP, RESET, 0, Duration.ZERO);
    return (content, attempt) -> calm.get() ? Fault.NONE : faults.faultFor(content, attempt);
  }

  private void openAccounts(Shop shop) throws Exception {
    ManagedChannel channel = Channels.ofBankClerk(shop.paymentPort());
    try {
      new Bank(channel).openAccounts(Shop.MERCHANT, list.customers());
    } finally {
      channel.shutdownNow();
    }
  }

  private Trade trade(Shop shop) throws Exception {
    ManagedChannel channel = Channels.ofShopper(shop.orderPort(), plan.mode());
    try (Crowd crowd = new Crowd(channel, list.purchases(), plan.seed(), abort)) {
      makeTrouble(shop, crowd);
      calm.set(true);
      Map<String, Answer> answers = crowd.sendHome(LONGEST_GOODBYE);
      if (plan.mode() == Mode.GUARDED) {
        awaitEndOfAllOrders(shop);
        Map<String, Answer> again = crowd.askAgain(list.purchases());
        assertSameAnswers(answers, again);
        answers = again;
      }
      return new Trade(answers, crowd.requestIds());
    } finally {
      channel.shutdownNow();
    }
  }

  /** Whatever happens, the cluster is left as it was found. */
  private void makeTrouble(Shop shop, Crowd crowd) throws Exception {
    ClusterCommand cluster = plan.clusterCommand().orElse(new ClusterCommand("none"));
    ScheduledExecutorService progress = Executors.newSingleThreadScheduledExecutor();
    long begin = System.nanoTime();
    var unused =
        progress.scheduleAtFixedRate(
            () -> System.out.printf("%s: %s%n", since(begin), progress(shop, crowd)),
            PROGRESS.toNanos(),
            PROGRESS.toNanos(),
            TimeUnit.NANOSECONDS);
    try {
      new Troublemaker(plan.schedule(), new Saboteur(shop, data, cluster), abort).run();
    } finally {
      progress.shutdownNow();
      if (plan.clusterCommand().isPresent()) {
        cluster.heal();
      }
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofSeconds((System.nanoTime() - nanos) / 1_000_000_000);
  }

  private static String progress(Shop shop, Crowd crowd) {
    return "%d purchases have ended; of the calls to place one %s, of those to charge for one %s"
        .formatted(crowd.ended(), shop.shopperLink().tally(), shop.paymentLink().tally());
  }

  /** Clients that left have nobody else to end their orders than the service itself. */
  private void awaitEndOfAllOrders(Shop shop) throws Exception {
    ManagedChannel channel = Channels.ofShopper(shop.orders().get(0).port(), Mode.GUARDED);
    try {
      OrderServiceBlockingStub orders = OrderServiceGrpc.newBlockingStub(channel);
      Wait.until("no order is pending", LONGEST_SETTLING, () -> !anyIsPending(orders));
      if (plan.clusterFile().isPresent()) {
        Wait.until(
            "no order is in progress",
            LONGEST_SETTLING,
            () -> RecordsCheck.inProgress(place, OrderServer.NAME) == 0);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean anyIsPending(OrderServiceBlockingStub orders) {
    String page = "";
    do {
      ListOrdersResponse list =
          orders.listOrders(
              ListOrdersRequest.newBuilder().setPageSize(1_000).setPageToken(page).build());
      if (list.getOrdersList().stream().anyMatch(o -> o.getState() == Order.State.PENDING)) {
        return true;
      }
      page = list.getNextPageToken();
    } while (!page.isEmpty());
    return false;
  }

  private static void assertSameAnswers(Map<String, Answer> before, Map<String, Answer> again) {
    before.forEach(
        (reference, answer) -> {
          if (!(answer instanceof Answer.Unanswered)) {
            assertEquals(answer, again.get(reference), reference);
          }
        });
  }

  private static String unique() {
    return Long.toHexString(ThreadLocalRandom.current().nextLong());
  }

  /**
   * What clients know in the end.
   *
   * @param answers by the purchases' references
   * @param requestIds likewise
   */
  private record Trade(Map<String, Answer> answers, Map<String, RequestId> requestIds) {}
}
