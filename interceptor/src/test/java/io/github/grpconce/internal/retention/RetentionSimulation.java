package io.github.grpconce.internal.retention;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Range;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.record.DatabaseView;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.operator.RetentionSweeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Half a day in the life of a few servers, their clients and their sweepers, in a second.
 *
 * <p>All clocks are hours apart. The retention is lengthened and shortened on the way. Attempts
 * come at any time, and above all where it hurts: when a sweeper is about to move the horizon, and
 * when it clears their records. The same seed gives the same day.
 */
final class RetentionSimulation {

  private static final Duration SPAN = Duration.ofHours(12);
  private static final Duration LONGEST_SKEW = Duration.ofHours(3);
  private static final Duration SHORTEST_RETENTION = Duration.ofHours(1);
  private static final int OPERATIONS = 60;
  private static final int SERVERS = 3;
  private static final int SWEEPERS = 3;
  private static final int OPERATIONS_PER_DEATH = 3_000;

  private final RecordStore store;
  private final RandomGenerator random;
  private final Defect defect;
  private final List<SimulatedServer> servers = new ArrayList<>();
  private final List<SimulatedOperation> operations = new ArrayList<>();
  private int rounds;
  private int deaths;

  RetentionSimulation(long seed, Defect defect) {
    SplittableRandom seeded = new SplittableRandom(seed);
    this.store = new RecordStore(seeded.nextLong());
    this.random = seeded;
    this.defect = defect;
  }

  Findings run() {
    for (int i = 0; i < SERVERS; i++) {
      Database view = DatabaseView.of(defect.serversView(store), new Adversity(store.time, random));
      servers.add(new SimulatedServer(view, store.time));
    }
    for (int i = 0; i < SWEEPERS; i++) {
      startSweeper();
    }
    for (int i = 0; i < OPERATIONS; i++) {
      after(upTo(SPAN), this::startOperation);
    }
    store.time.advance(SPAN);
    return Findings.of(store, operations, SHORTEST_RETENTION, rounds, deaths);
  }

  private void startOperation() {
    RequestId id =
        random.nextInt(4) == 0 ? store.opaqueId() : store.timeBearingId(store.now().plus(skew()));
    SimulatedOperation operation = new SimulatedOperation(id);
    operations.add(operation);
    attempt(operation);
    for (int i = 0; i < 3; i++) {
      after(upTo(Duration.ofSeconds(30)), () -> attempt(operation));
      after(upTo(SPAN), () -> attempt(operation));
    }
  }

  private void attempt(SimulatedOperation operation) {
    var unused = servers.get(random.nextInt(SERVERS)).attempt(operation);
  }

  private void startSweeper() {
    Duration skew = skew();
    SweepersFate fate = new SweepersFate(random, OPERATIONS_PER_DEATH, this::attack);
    Database view = DatabaseView.of(defect.sweepersView(store), fate);
    sweepLater(view, fate, skew);
  }

  private void sweepLater(Database view, SweepersFate fate, Duration skew) {
    after(upTo(Duration.ofHours(1)), () -> sweep(view, fate, skew));
  }

  private void sweep(Database view, SweepersFate fate, Duration skew) {
    RetentionSweeper sweeper =
        store.sweeper(view, retention()).clock(() -> store.now().plus(skew)).batch(2).build();
    var unused =
        sweeper
            .sweepOnce()
            .whenComplete(
                (swept, failure) -> {
                  rounds++;
                  if (fate.isDead()) {
                    deaths++;
                    startSweeper();
                  } else {
                    sweepLater(view, fate, skew);
                  }
                });
  }

  private Duration retention() {
    long hour = Duration.ofNanos(store.time.nanoTime()).toHours();
    return hour < 5 ? Duration.ofHours(2) : hour < 8 ? Duration.ofHours(4) : SHORTEST_RETENTION;
  }

  /** Attempts arrive just when a sweeper does what matters. */
  private void attack(DatabaseView.Operation sweeping) {
    if (sweeping.name().equals("set")) {
      servers.forEach(server -> readHorizon(server));
    } else if (sweeping.argument() instanceof Range range && sweeping.name().equals("clear")) {
      operations.stream()
          .filter(operation -> isWithin(range, store.keys.record(operation.identity)))
          .forEach(this::attemptDuringAndAfter);
    }
  }

  /** So that it holds the old one for as long as it may. */
  private void readHorizon(SimulatedServer server) {
    if (!operations.isEmpty()) {
      var unused = server.attempt(operations.get(random.nextInt(operations.size())));
    }
  }

  private void attemptDuringAndAfter(SimulatedOperation operation) {
    attempt(operation);
    for (int i = 0; i < 4; i++) {
      after(upTo(Duration.ofSeconds(12)), () -> attempt(operation));
    }
  }

  private static boolean isWithin(Range range, byte[] key) {
    return Arrays.compareUnsigned(range.begin, key) <= 0
        && Arrays.compareUnsigned(key, range.end) < 0;
  }

  private Duration skew() {
    return upTo(LONGEST_SKEW.multipliedBy(2)).minus(LONGEST_SKEW);
  }

  private Duration upTo(Duration most) {
    return Duration.ofNanos(random.nextLong(most.toNanos()));
  }

  private void after(Duration delay, Runnable task) {
    var unused = store.time.schedule(delay, task);
  }
}
