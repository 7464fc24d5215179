package io.github.grpconce.demo.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.grpconce.demo.audit.Breach;
import io.github.grpconce.demo.audit.Evidence;
import io.github.grpconce.demo.audit.Reconciliation;
import io.github.grpconce.demo.foreign.NodeShoppers.Shopping;
import io.github.grpconce.demo.harness.Processes;
import io.github.grpconce.demo.proxy.Fault;
import io.github.grpconce.demo.proxy.FaultPlan;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Bank;
import io.github.grpconce.demo.shop.Channels;
import io.github.grpconce.demo.shop.Mode;
import io.github.grpconce.demo.shop.ServiceJars;
import io.github.grpconce.demo.shop.Shop;
import io.github.grpconce.demo.shop.ShopPlan;
import io.github.grpconce.demo.shop.ShoppingList;
import io.github.grpconce.demo.shop.StorePlace;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shoppers with gRPC's JavaScript client, whose answers get lost, and nginx between the services,
 * to which some answers come too late:
 *
 * <pre>
 * node ──▶ proxy ──▶ order service ──▶ nginx ──▶ proxy ──▶ payment service
 * </pre>
 *
 * <p>Skipped where nginx, node or the client is missing.
 */
@StoreTest
@Timeout(600)
final class ForeignPeersIT {

  private static final int PURCHASES = 40;

  /** One call in so many is in for trouble, at its first attempt. */
  private static final int TROUBLED = 3;

  private static final Duration NGINX_PATIENCE = Duration.ofMillis(300);

  private static final FaultPlan LOSE_ANSWERS =
      (content, attempt) ->
          isTroubled(content, attempt) ? Fault.of(Fault.Kind.LOSE_RESPONSE) : Fault.NONE;

  /** Later than nginx waits, and earlier than the order service gives up. */
  private static final FaultPlan DELAY_ANSWERS =
      (content, attempt) ->
          isTroubled(content, attempt)
              ? new Fault(Fault.Kind.NONE, Duration.ZERO, NGINX_PATIENCE.multipliedBy(3))
              : Fault.NONE;

  private final ShoppingList list = ShoppingList.of(1, PURCHASES);

  @TempDir Path directory;

  @BeforeAll
  static void needsPrograms() {
    List<String> missing =
        Stream.concat(
                Stream.of("nginx", "node").filter(name -> Program.find(name).isEmpty()),
                NodeShoppers.missing().stream())
            .toList();
    if (!missing.isEmpty()) {
      String reason = "no foreign proxy and client: missing are " + String.join(", ", missing);
      System.out.println(reason);
      assumeTrue(false, reason);
    }
  }

  @Test
  void guardedServices_chargeOnce() throws Exception {
    Result result = run(Mode.GUARDED);
    assertEquals(
        List.of(), Reconciliation.breaches(list.purchases(), result.answers(), result.evidence()));
    assertEquals(0, result.evidence().inProgress());
    assertEquals(
        List.of(),
        result.answers().values().stream().filter(Answer.Unanswered.class::isInstance).toList());
    assertTrue(result.evidence().charging().replays() > 0, result::toString);
    assertTrue(result.evidence().placing().replays() > 0, result::toString);
  }

  @Test
  void unguardedServices_chargeTwice() throws Exception {
    Result result = run(Mode.UNGUARDED);
    List<Breach.Kind> breaches =
        Reconciliation.breaches(list.purchases(), result.answers(), result.evidence()).stream()
            .map(Breach::kind)
            .toList();
    assertTrue(breaches.contains(Breach.Kind.CHARGED_TWICE), breaches::toString);
    assertTrue(breaches.contains(Breach.Kind.ORDERED_TWICE), breaches::toString);
  }

  private Result run(Mode mode) throws Exception {
    Result result = shopping(mode);
    System.out.println(mode.label() + ": " + result);
    assertEquals(PURCHASES, result.answers().size());
    assertTrue(result.byNginx() > 0, result::toString);
    assertTrue(result.byNode() > 0, result::toString);
    return result;
  }

  private Result shopping(Mode mode) throws Exception {
    StorePlace place = place();
    Path logs = Files.createDirectory(directory.resolve("logs"));
    NodeShoppers shoppers =
        new NodeShoppers(
            Program.find("node").orElseThrow(), Files.createDirectory(directory.resolve("node")));
    Shopping shopping;
    long byNginx;
    try (Nginx nginx = nginx();
        Processes processes = new Processes(logs);
        Shop shop = new Shop(plan(mode, place, nginx), processes, () -> {})) {
      openAccounts(shop);
      shopping = shoppers.buy(shop.orderPort(), mode, list.purchases());
      shop.stop();
      byNginx = nginx.duplicates();
    }
    Evidence evidence = Evidence.read(place);
    place.discard();
    long byNode = evidence.placing().attempts() - shopping.calls();
    return new Result(shopping.answers(), evidence, byNginx, byNode);
  }

  private Nginx nginx() throws Exception {
    return new Nginx(
        Program.find("nginx").orElseThrow(),
        Files.createDirectory(directory.resolve("nginx")),
        NGINX_PATIENCE);
  }

  private StorePlace place() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    return TestStore.clusterFile()
        .<StorePlace>map(file -> new StorePlace.Cluster(file, "test-" + UUID.randomUUID() + "-"))
        .orElseGet(() -> new StorePlace.Embedded(data));
  }

  private static ShopPlan plan(Mode mode, StorePlace place, Nginx nginx) {
    return new ShopPlan(
        ServiceJars.ofThisBuild(),
        mode,
        place,
        LOSE_ANSWERS,
        DELAY_ANSWERS,
        1,
        Duration.ofSeconds(1),
        nginx,
        List.of());
  }

  private void openAccounts(Shop shop) throws Exception {
    ManagedChannel channel = Channels.ofBankClerk(shop.paymentPort());
    try {
      new Bank(channel).openAccounts(Shop.MERCHANT, list.customers());
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean isTroubled(long content, int attempt) {
    return attempt == 1 && Math.floorMod(content, TROUBLED) == 0;
  }

  /**
   * What a run came to.
   *
   * @param answers by the purchases' references
   * @param byNginx calls to the payment service that nginx has made twice
   * @param byNode attempts to place an order that gRPC's client has made by itself
   */
  private record Result(Map<String, Answer> answers, Evidence evidence, long byNginx, long byNode) {

    @Override
    public String toString() {
      return "%d purchases; nginx made %d charges twice, node %d attempts by itself; %s, %s"
          .formatted(answers.size(), byNginx, byNode, evidence.placing(), evidence.charging());
    }
  }
}
