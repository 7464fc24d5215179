package io.github.grpconce.simulation.deployment;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.embedded.TimelineScheduler;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.server.CallerScope;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.simulation.defect.Defect;
import io.github.grpconce.simulation.network.Network;
import io.github.grpconce.simulation.network.Program;
import io.github.grpconce.simulation.network.Server;
import io.github.grpconce.simulation.shop.BankClient;
import io.github.grpconce.simulation.shop.BankService;
import io.github.grpconce.simulation.shop.Handlers;
import io.github.grpconce.simulation.shop.Ledger;
import io.github.grpconce.simulation.shop.ReceiptNumbers;
import io.github.grpconce.simulation.shop.ShopService;
import io.github.grpconce.simulation.store.WeatheredLink;
import io.github.grpconce.simulation.world.Chance;
import io.github.grpconce.simulation.world.Fault;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.simulation.world.LateTimer;
import io.github.grpconce.simulation.world.World;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** How a server process is put together: as in an application, but for what is simulated. */
public final class Deployment implements Program {

  /** Whom the bank takes every process of the shop for. */
  static final String SHOP = "shop";

  /** Whose clock was wrong when it was claimed may fail as often as it is tried. */
  private static final int NEVER = Integer.MAX_VALUE;

  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
  private static final Duration SHORT_LEASE = Duration.ofSeconds(3);
  private static final Duration LONGEST_LEASE = Duration.ofSeconds(20);

  /** More than a lease. */
  private static final Duration LATE_TIMER = Duration.ofSeconds(30);

  private static final Duration FIRST_SWEEP = Duration.ofMinutes(1);
  private static final Duration SECOND_SWEEP = Duration.ofMinutes(3);

  private final World world;
  private final Store store;
  private final Network network;
  private final Defect defect;
  private final Duration lease;
  private final ReceiptNumbers numbers = new ReceiptNumbers();

  /**
   * One database, with a place for the records and another for the books.
   *
   * @param retention how long records are kept; empty if nobody sweeps
   */
  public record Store(
      Database database, Subspace records, Ledger ledger, Optional<Retention> retention) {}

  public Deployment(World world, Store store, Network network, Defect defect) {
    this.world = world;
    this.store = store;
    this.network = network;
    this.defect = defect;
    this.lease =
        world
            .chance()
            .between(SHORTEST_LEASE, world.chance().nextBoolean() ? SHORT_LEASE : LONGEST_LEASE);
  }

  public ReceiptNumbers numbers() {
    return numbers;
  }

  @Override
  public Server start(String name, InstantSource clock, Host.Mishaps mishaps) {
    world.transcript().note(name, "starts");
    Chance chance = world.chance().split();
    Host host = new Host(name, world.loop(), chance.split(), mishaps);
    WeatheredLink link = new WeatheredLink(store.database(), host, world.weather(), chance.split());
    IdempotencyServerInterceptor guard = guard(host, link, clock, chance);
    Handlers handlers =
        new Handlers(host, store.ledger(), world.weather(), chance.split(), numbers);
    store.retention().ifPresent(time -> sweepNowAndThen(host, link, clock, time));
    return new Server(
        host,
        link,
        List.of(
            defect.guarded(guard, new BankService(handlers, store.ledger())),
            defect.guarded(
                guard, new ShopService(handlers, new BankClient(bank(host), world.loop())))));
  }

  private IdempotencyServerInterceptor guard(
      Host host, WeatheredLink link, InstantSource clock, Chance chance) {
    Database linked = defect.store(link.database(), store.records());
    Executor executor = chance.nextBoolean() ? Runnable::run : host;
    return defect
        .interceptor(
            IdempotencyServerInterceptor.newBuilder(linked, store.records())
                .executor(executor)
                .scheduler(defect.timer(timer(host, chance.split())))
                .clock(clock)
                .ticker(() -> world.loop().elapsed().toNanos())
                .scope(CallerScope.header(Network.CALLER))
                .stalledAfter(NEVER)
                .lease(lease))
        .build();
  }

  private ScheduledExecutorService timer(Host host, Chance chance) {
    return new TimelineScheduler(
        new LateTimer(
            host,
            () ->
                world.weather().strikes(Fault.TIMER_LATE)
                    ? chance.upTo(LATE_TIMER)
                    : Duration.ZERO),
        host);
  }

  private void sweepNowAndThen(
      Host host, WeatheredLink link, InstantSource clock, Retention retention) {
    host.schedule(world.chance().upTo(FIRST_SWEEP), () -> sweep(host, link, clock, retention));
    host.schedule(SECOND_SWEEP, () -> sweep(host, link, clock, retention));
  }

  private void sweep(Host host, WeatheredLink link, InstantSource clock, Retention retention) {
    RetentionSweeper sweeper =
        RetentionSweeper.newBuilder(
                defect.sweepersStore(link.database(), store.records()), store.records())
            .retention(retention.at(world.loop().elapsed()))
            .clock(clock)
            .random(world.chance().split())
            .executor(host)
            .timer(host.timer())
            .build();
    var unused =
        sweeper
            .sweepOnce()
            .whenComplete(
                (swept, failure) ->
                    world.transcript().note(host.name(), "swept: " + swept + ", " + failure));
  }

  private Channel bank(Host host) {
    return defect.channel(
        ClientInterceptors.intercept(
            network.from(host, SHOP), IdempotencyClientInterceptor.create()));
  }
}
