package io.github.grpconce.demo;

import io.github.grpconce.RequestId;
import io.github.grpconce.demo.audit.Evidence;
import io.github.grpconce.demo.harness.Processes;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.proxy.FaultPlan;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Bank;
import io.github.grpconce.demo.shop.Channels;
import io.github.grpconce.demo.shop.Detour;
import io.github.grpconce.demo.shop.Mode;
import io.github.grpconce.demo.shop.Patience;
import io.github.grpconce.demo.shop.Purchase;
import io.github.grpconce.demo.shop.ServiceJars;
import io.github.grpconce.demo.shop.Shop;
import io.github.grpconce.demo.shop.ShopPlan;
import io.github.grpconce.demo.shop.Shopper;
import io.github.grpconce.demo.shop.ShoppingList;
import io.github.grpconce.demo.shop.StorePlace;
import io.github.grpconce.teststore.TestStore;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A guarded shop of real processes, with one shopper, for a test. */
final class ShopUnderTest implements AutoCloseable {

  private static final int PURCHASES = 3;

  /** All can be afforded: among so few there is nobody without money. */
  private static final ShoppingList LIST = ShoppingList.of(1, PURCHASES);

  private final StorePlace place;
  private final Processes processes;
  private final Shop shop;
  private final ManagedChannel shopper;

  /**
   * Opens it, with accounts for everybody.
   *
   * @param directory for data and logs
   * @param paymentLink what goes wrong between the services
   * @param lease of the order service's executions
   */
  ShopUnderTest(Path directory, FaultPlan paymentLink, Duration lease) throws Exception {
    place = place(Files.createDirectory(directory.resolve("data")));
    processes = new Processes(Files.createDirectory(directory.resolve("logs")));
    shop =
        new Shop(
            new ShopPlan(
                ServiceJars.ofThisBuild(),
                Mode.GUARDED,
                place,
                FaultPlan.NO_FAULTS,
                paymentLink,
                1,
                lease,
                Detour.NONE,
                List.of()),
            processes,
            () -> {});
    shopper = Channels.ofShopper(shop.orderPort(), Mode.GUARDED);
    ManagedChannel clerk = Channels.ofBankClerk(shop.paymentPort());
    new Bank(clerk).openAccounts(Shop.MERCHANT, LIST.customers());
    clerk.shutdownNow();
  }

  private static StorePlace place(Path data) {
    return TestStore.clusterFile()
        .<StorePlace>map(file -> new StorePlace.Cluster(file, "test-" + UUID.randomUUID() + "-"))
        .orElseGet(() -> new StorePlace.Embedded(data));
  }

  Shop shop() {
    return shop;
  }

  StorePlace place() {
    return place;
  }

  static Purchase purchase(int index) {
    return LIST.purchases().get(index);
  }

  /** Buys something, and comes back for it as often as patience allows. */
  Answer buy(Purchase purchase, RequestId requestId, Patience patience) throws Exception {
    return new Shopper(
            OrderServiceGrpc.newBlockingStub(shopper),
            patience,
            new SplittableRandom(1),
            new CountDownLatch(1))
        .buy(purchase, requestId);
  }

  /** Ends whatever the shopper is at; nobody comes back for it. */
  void loseShopper() throws InterruptedException {
    shopper.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
  }

  /** Stops the services, and reads what they have stored. */
  Evidence closeAndRead() throws InterruptedException {
    shop.stop();
    return Evidence.read(place);
  }

  @Override
  public void close() {
    shopper.shutdownNow();
    shop.close();
    processes.close();
    place.discard();
  }
}
