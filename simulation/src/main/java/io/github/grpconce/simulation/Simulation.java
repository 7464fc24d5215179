package io.github.grpconce.simulation;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.simulation.audit.Audit;
import io.github.grpconce.simulation.audit.Check;
import io.github.grpconce.simulation.audit.Finding;
import io.github.grpconce.simulation.audit.LogWatch;
import io.github.grpconce.simulation.audit.Remains;
import io.github.grpconce.simulation.audit.Testimony;
import io.github.grpconce.simulation.defect.Defect;
import io.github.grpconce.simulation.deployment.Deployment;
import io.github.grpconce.simulation.deployment.Retention;
import io.github.grpconce.simulation.network.Machine;
import io.github.grpconce.simulation.network.Network;
import io.github.grpconce.simulation.network.Storm;
import io.github.grpconce.simulation.shop.Books;
import io.github.grpconce.simulation.shop.Crowd;
import io.github.grpconce.simulation.shop.Ledger;
import io.github.grpconce.simulation.shop.ShoppingList;
import io.github.grpconce.simulation.world.Chance;
import io.github.grpconce.simulation.world.EventLoop;
import io.github.grpconce.simulation.world.SkewedClock;
import io.github.grpconce.simulation.world.Transcript;
import io.github.grpconce.simulation.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One run: a seed's servers, shoppers and faults, from the first purchase to the audit. */
public final class Simulation {

  private static final Duration SHORTEST_STORM = Duration.ofSeconds(10);
  private static final Duration LONGEST_STORM = Duration.ofSeconds(60);

  /** For the last attempts, after the last delay is over. */
  private static final Duration LAST_ATTEMPTS = Duration.ofMinutes(6);

  /** For whoever comes then, and finds everything in order. */
  private static final Duration LATE_SHOPPING = Duration.ofSeconds(10);

  private static final Duration LATEST_ATTEMPTS = Duration.ofMinutes(1);

  /** When the last sweep may have begun. */
  private static final Duration LATEST_CHANGE = Duration.ofMinutes(4);

  /** A round of a sweeper has a thousand steps: dear, even here. */
  private static final double SWEPT = 0.2;

  private static final int MOST_MACHINES = 3;

  private final long seed;
  private final World world;
  private final Duration storm;
  private final Deployment.Store store;
  private final Testimony testimony;
  private final Network network;
  private final Deployment deployment;
  private final List<Machine> machines = new ArrayList<>();
  private final Crowd crowd;

  private Simulation(long seed, Defect defect, Transcript.Reader reader) {
    this.seed = seed;
    this.world = World.of(seed, reader);
    this.storm = world.chance().between(SHORTEST_STORM, LONGEST_STORM);
    this.store = emptyStore();
    world.loop().runFor(EventLoop.QUIET);
    this.testimony = new Testimony(world.transcript());
    this.network = new Network(world, testimony, machines);
    this.deployment = new Deployment(world, store, network, defect);
    this.crowd = new Crowd(world, network);
  }

  /** Runs the simulation of a seed. */
  public static Report run(long seed, Defect defect, Transcript.Reader reader) {
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
            .executor(world.loop().executor())
            .random(world.chance().split())
            .build();
    Ledger ledger = new Ledger(new Subspace(Tuple.from("ledger")));
    return new Deployment.Store(database, new Subspace(Tuple.from("records")), ledger, retention());
  }

  private Optional<Retention> retention() {
    Chance chance = world.chance();
    return chance.happens(SWEPT)
        ? Optional.of(Retention.any(chance, EventLoop.QUIET.plus(chance.upTo(LATEST_CHANGE))))
        : Optional.empty();
  }

  private Report run(LogWatch log) {
    openAccounts();
    startMachines();
    crowd.come(storm);
    new Storm(world, machines, storm).begin();
    world.loop().runFor(storm.plus(world.longestDelay()).plus(LAST_ATTEMPTS));
    network.settle();
    crowd.comeLate(LATE_SHOPPING);
    world.loop().runFor(LATE_SHOPPING.plus(LATEST_ATTEMPTS));
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

  private Report report(LogWatch log) {
    List<Finding> findings = new ArrayList<>(log.complaints());
    try (Transaction tr = store.database().createTransaction()) {
      Books books = store.ledger().read(tr);
      findings.addAll(new Audit(books, testimony, crowd.shoppers(), store.retention()).findings());
    }
    machines.stream()
        .flatMap(machine -> machine.running().stream())
        .filter(server -> server.link().hasForgottenOne())
        .map(server -> new Finding(Check.TRANSACTIONS_ARE_CLOSED, server.host().name()))
        .forEach(findings::add);
    Remains remains = new Remains(world, store);
    findings.addAll(remains.leases());
    machines.forEach(Machine::stop);
    store.retention().ifPresent(time -> findings.addAll(remains.after(time.second())));
    return new Report(seed, world.transcript().hash(), findings, events());
  }

  private Map<String, Long> events() {
    Map<String, Long> events = new TreeMap<>();
    world.weather().struck().forEach((fault, count) -> events.put(fault.name(), count));
    testimony.refusalCounts().forEach((reason, count) -> events.put("refused " + reason, count));
    events.put("answers", testimony.answers());
    events.put("replays", testimony.replays());
    events.put("executions", deployment.numbers().given());
    events.put("purchases", (long) crowd.shoppers().size());
    return events;
  }
}
