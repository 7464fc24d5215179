package io.github.grpconce.simulation;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;

/** How a server process is put together: as in an application, but for what is simulated. */
final class Deployment {

  private final World world;
  private final Store store;
  private final Network network;
  private final Defect defect;
  private final ReceiptNumbers numbers = new ReceiptNumbers();

  /** One database, with a place for the records and another for the books. */
  record Store(Database database, Subspace records, Ledger ledger) {}

  Deployment(World world, Store store, Network network, Defect defect) {
    this.world = world;
    this.store = store;
    this.network = network;
    this.defect = defect;
  }

  ReceiptNumbers numbers() {
    return numbers;
  }

  /** Starts a process. */
  Server start(String name, InstantSource clock, Host.Mishaps mishaps) {
    world.transcript().note(name, "starts");
    Chance chance = world.chance().split();
    Host host = new Host(name, world.loop(), chance.split(), mishaps);
    StoreLink link = new StoreLink(store.database(), host, world.weather(), chance.split());
    IdempotencyServerInterceptor guard = guard(host, link, clock, chance);
    Handlers handlers =
        new Handlers(host, store.ledger(), world.weather(), chance.split(), numbers);
    return new Server(
        host,
        link,
        List.of(
            defect.guarded(guard, new BankService(handlers, store.ledger())),
            defect.guarded(guard, new ShopService(handlers, bank(host), world.loop()))));
  }

  private IdempotencyServerInterceptor guard(
      Host host, StoreLink link, InstantSource clock, Chance chance) {
    Database linked = defect.store(LinkedDatabase.over(link), store.records());
    Executor executor = chance.nextBoolean() ? Runnable::run : host;
    return defect
        .interceptor(
            IdempotencyServerInterceptor.newBuilder(linked, store.records())
                .executor(executor)
                .scheduler(new HostScheduler(host))
                .clock(clock))
        .build();
  }

  private Channel bank(Host host) {
    return defect.channel(
        ClientInterceptors.intercept(network.from(host), IdempotencyClientInterceptor.create()));
  }
}
