package io.github.grpconce.internal.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import io.github.grpconce.internal.record.DatabaseView;
import io.github.grpconce.internal.record.RecordKeys;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.teststore.OnEngineOnly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each step of a call at which its server may stand still, and of a round at which it may die. */
@OnEngineOnly("virtual time")
class RetentionStepsTest {

  private static final Duration RETENTION = Duration.ofHours(1);

  /** An ID of this age is in a bucket that lies wholly before the horizon. */
  private static final Duration OLD =
      RETENTION.plusMillis(1 << RecordKeys.TIME_BUCKET_SHIFT).plusSeconds(1);

  /** A call reads its version, the record, the horizon and the format, and commits. */
  private static final int LEAST_POINTS_OF_A_CALL = 2 * 3;

  @ParameterizedTest
  @CsvSource({"6,0", "16,0", "3600,0", "6,9", "16,9", "3600,9", "6,14", "3600,14", "3600,20"})
  void serverThatStandsStillAtAnyPoint_doesNotExecuteAgain(int pauseSeconds, int secondsIntoRound) {
    int point = 0;
    while (standsStill(point, pauseSeconds, secondsIntoRound)) {
      point++;
    }
    assertTrue(point >= LEAST_POINTS_OF_A_CALL, point + " points");
  }

  /** Returns false if a call has no such point. */
  private static boolean standsStill(int point, int pauseSeconds, int secondsIntoRound) {
    RecordStore store = new RecordStore();
    SimulatedServer healthy = new SimulatedServer(store.database, store.time);
    SimulatedOperation executed = new SimulatedOperation(store.timeBearingId());
    SimulatedOperation fresh = new SimulatedOperation(store.timeBearingId());
    store.time.join(healthy.attempt(executed));
    store.time.advance(OLD);

    StandingStill still = new StandingStill(store);
    SimulatedServer stale = new SimulatedServer(DatabaseView.of(store.database, still), store.time);
    store.time.join(stale.attempt(executed)); // It caches the horizon as it is now.
    var unusedRound = store.sweeper(RETENTION).build().sweepOnce();
    store.time.advance(Duration.ofSeconds(secondsIntoRound));
    still.at(point, Duration.ofSeconds(pauseSeconds));
    List.of(stale, healthy).forEach(server -> attempt(server, executed, fresh));
    store.time.advance(Duration.ofHours(2));

    List.of(stale, healthy).forEach(server -> attempt(server, executed, fresh));
    store.time.advance(Duration.ofHours(2));
    assertEquals(1, effects(store, executed), () -> "executed before, paused at point " + point);
    assertTrue(effects(store, fresh) <= 1, () -> "not executed before, paused at point " + point);
    assertEquals(0, store.count('t'));
    return still.happened();
  }

  /**
   * A sweeper's process that dies at one of its operations on the store; whether the store still
   * gets it is another question.
   */
  private static final class DiesAt implements DatabaseView.Observer {

    private final int last;
    private final boolean lastHappens;
    private int operations;

    DiesAt(int last, boolean lastHappens) {
      this.last = last;
      this.lastHappens = lastHappens;
    }

    @Override
    public Object around(DatabaseView.Operation operation) {
      if (++operations < last) {
        return operation.proceed();
      }
      if (operations == last && lastHappens) {
        operation.proceed();
      }
      throw new IllegalStateException("dead");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sweeperThatDiesAtAnyStep_leavesEverythingSafe_andTheNextOneGoesOn(boolean stepHappens) {
    DiesAt immortal = new DiesAt(Integer.MAX_VALUE, stepHappens);
    sweepThatDies(immortal);
    assertTrue(immortal.operations > 256, immortal.operations + " operations");

    // The first ones advance the horizon, wait and begin to clear; then it's one slice after
    // another.
    for (int i = 1; i < immortal.operations; i += i < 40 ? 1 : 151) {
      sweepThatDies(new DiesAt(i, stepHappens));
    }
  }

  private static void sweepThatDies(DiesAt death) {
    RecordStore store = new RecordStore();
    SimulatedServer server = new SimulatedServer(store.database, store.time);
    List<SimulatedOperation> operations = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      operations.add(new SimulatedOperation(store.timeBearingId()));
      operations.add(new SimulatedOperation(store.opaqueId()));
    }
    attemptAll(store, server, operations);
    store.time.advance(OLD.multipliedBy(2));
    // The server caches the horizon as it is now.
    attemptAll(store, server, operations.subList(0, 1));

    sweep(store, DatabaseView.of(store.database, death));
    attemptAll(store, server, operations);
    attemptAll(store, new SimulatedServer(store.database, store.time), operations);
    sweep(store, store.database);
    attemptAll(store, server, operations);

    String when = "sweeper died at operation " + death.last;
    for (SimulatedOperation operation : operations) {
      assertTrue(!operation.isTimeBearing() || effects(store, operation) == 1, when);
      assertTrue(effects(store, operation) <= 2, when);
    }
    assertEquals(0, store.count('t'), when);
    assertEquals(store.count('o'), store.count('x'), when);
  }

  /** Returns once the round has ended, however it has. */
  private static void sweep(RecordStore store, Database view) {
    RetentionSweeper sweeper = store.sweeper(view, RETENTION).build();
    store.time.join(sweeper.sweepOnce().handle((swept, failure) -> swept));
  }

  private static void attemptAll(
      RecordStore store, SimulatedServer server, List<SimulatedOperation> operations) {
    operations.forEach(operation -> store.time.join(server.attempt(operation)));
  }

  private static void attempt(SimulatedServer server, SimulatedOperation... operations) {
    for (SimulatedOperation operation : operations) {
      var unused = server.attempt(operation);
    }
  }

  private static int effects(RecordStore store, SimulatedOperation operation) {
    return SimulatedOperation.effects(store.in(tr -> tr.get(operation.effectsKey()))).size();
  }
}
