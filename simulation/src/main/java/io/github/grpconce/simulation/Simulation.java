package io.github.grpconce.simulation;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One run: a seed's servers, shoppers and faults, from the first purchase to the audit. */
final class Simulation {

  private static final Duration SHORTEST_STORM = Duration.ofSeconds(10);
  private static final Duration LONGEST_STORM = Duration.ofSeconds(60);

  /** For the last attempts, after the last delay is over. */
  private static final Duration LAST_ATTEMPTS = Duration.ofMinutes(10);

  /** A round of a sweeper has a thousand steps: dear, even here. */
  private static final double SWEPT = 0.2;

  private static final Duration SHORTEST_RETENTION = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETENTION = Duration.ofSeconds(20);

  private static final int MOST_MACHINES = 3;
  private static final int FEWEST_PURCHASES = 5;
  private static final int MOST_PURCHASES = 20;

  private final long seed;
  private final World world;
  private final Duration storm;
  private final Deployment.Store store;
  private final Testimony testimony;
  private final Network network;
  private final Deployment deployment;
  private final List<Machine> machines = new ArrayList<>();
  private final List<Shopper> shoppers = new ArrayList<>();

  private Simulation(long seed, Defect defect, Transcript.Reader reader) {
    this.seed = seed;
    this.world = World.of(seed, reader);
    this.storm = world.chance().between(SHORTEST_STORM, LONGEST_STORM);
    this.store = emptyStore();
    this.testimony = new Testimony(world.transcript());
    this.network = new Network(world, testimony, machines);
    this.deployment = new Deployment(world, store, network, defect);
  }

  /** Runs the simulation of a seed. */
  static Report run(long seed, Defect defect, Transcript.Reader reader) {
    Simulation simulation = new Simulation(seed, defect, reader);
    try (LogWatch log = new LogWatch()) {
      return simulation.run(log);
    } finally {
      simulation.machines.forEach(Machine::dispose);
    }
  }

  private Deployment.Store emptyStore() {
    Database database =
        EmbeddedDatabase.newBuilder()
            .timeline(world.loop())
            .executor(Runnable::run)
            .random(world.chance().split())
            .build();
    Ledger ledger = new Ledger(new Subspace(Tuple.from("ledger")));
    Optional<Duration> retention =
        world.chance().happens(SWEPT)
            ? Optional.of(world.chance().between(SHORTEST_RETENTION, LONGEST_RETENTION))
            : Optional.empty();
    return new Deployment.Store(database, new Subspace(Tuple.from("records")), ledger, retention);
  }

  private Report run(LogWatch log) {
    openAccounts();
    startMachines();
    expectShoppers();
    new Storm(world, machines, storm).begin();
    world.loop().runUntil(storm.plus(world.longestDelay()).plus(LAST_ATTEMPTS));
    return report(log);
  }

  private void openAccounts() {
    try (Transaction tr = store.database().createTransaction()) {
      ShoppingList.ACCOUNTS.forEach(
          account -> store.ledger().open(tr, account, ShoppingList.OPENING_CENTS));
      tr.commit().join();
    }
  }

  private void startMachines() {
    int count = 1 + world.chance().nextInt(MOST_MACHINES);
    for (int i = 0; i < count; i++) {
      SkewedClock clock = new SkewedClock(world.loop(), Duration.ZERO);
      Machine machine = new Machine("server-" + i, world, clock, deployment);
      machines.add(machine);
      machine.start();
    }
  }

  private void expectShoppers() {
    Chance chance = world.chance().split();
    Host host = new Host("shoppers", world.loop(), chance.split(), unharmed -> {});
    ShoppingList list =
        new ShoppingList(
            chance.split(),
            new SkewedClock(world.loop(), Duration.ZERO),
            store.retention().isEmpty());
    Channel channel =
        ClientInterceptors.intercept(
            network.from(host), IdempotencyClientInterceptor.create(list::timeBearing));
    int count = chance.nextInt(FEWEST_PURCHASES, MOST_PURCHASES + 1);
    for (int i = 0; i < count; i++) {
      host.after(
          chance.upTo(storm),
          () -> {
            Shopper shopper = new Shopper(world, host, channel, list.next());
            shoppers.add(shopper);
            shopper.attempt();
          });
    }
  }

  private Report report(LogWatch log) {
    List<String> findings = new ArrayList<>(log.complaints());
    try (Transaction tr = store.database().createTransaction()) {
      findings.addAll(
          new Audit(store.ledger(), tr).findings(testimony, shoppers, store.retention().isEmpty()));
    }
    store.retention().ifPresent(time -> findings.addAll(new Remains(world, store).after(time)));
    for (Machine machine : machines) {
      machine
          .running()
          .filter(server -> server.link().hasForgottenOne())
          .ifPresent(server -> findings.add("a transaction was never closed"));
    }
    return new Report(seed, world.transcript().hash(), findings, events());
  }

  private Map<String, Long> events() {
    Map<String, Long> events = new TreeMap<>();
    world.weather().struck().forEach((fault, count) -> events.put(fault.name(), count));
    testimony.refusals().forEach((reason, count) -> events.put("refused " + reason, count));
    events.put("answers", testimony.answers());
    events.put("replays", testimony.replays());
    events.put("executions", deployment.numbers().given());
    events.put("purchases", (long) shoppers.size());
    return events;
  }
}
