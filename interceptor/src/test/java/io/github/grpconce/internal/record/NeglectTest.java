package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.grpconce.teststore.StoreTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whether servers notice that nobody sweeps. */
@StoreTest
class NeglectTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final RecordStore store = new RecordStore();

  private void assertNeglected(boolean expected) {
    Lookup found = store.find(store.timeBearingId());
    assertEquals(expected, assertInstanceOf(Lookup.Absent.class, found).neglected());
  }

  private void sweep(Duration retention) {
    store.time.join(store.sweeper(retention).build().sweepOnce());
  }

  @Test
  void subspace_isNeglectedADayAfterItsFirstRecord() {
    assertNeglected(false);
    store.executed(store.timeBearingId());
    store.time.advance(DAY.minus(MINUTE));
    assertNeglected(false);
    store.executed(store.timeBearingId());
    store.time.advance(MINUTE.multipliedBy(2));

    assertNeglected(true);
  }

  @Test
  void sweptSubspace_isNeglectedADayAfterTheLastRound() {
    store.executed(store.timeBearingId());
    store.time.advance(DAY.plus(MINUTE));
    sweep(DAY);
    assertNeglected(false);
    store.time.advance(DAY.minus(MINUTE));
    assertNeglected(false);
    store.time.advance(MINUTE.multipliedBy(2));

    assertNeglected(true);
  }

  /** Where a retention is made longer the horizon stands still for as long, and yet it is swept. */
  @Test
  void sweeperWhoseHorizonStandsStill_isSeen() {
    store.executed(store.timeBearingId());
    sweep(Duration.ofHours(1));
    store.time.advance(DAY.plus(MINUTE));
    sweep(Duration.ofDays(30));

    assertNeglected(false);
  }

  /** As with the backup of another cluster. */
  @Test
  void sweeperFromTheFuture_isNoReasonToComplain() {
    store.executed(store.timeBearingId());
    store.write(tr -> tr.set(RecordStore.prefix('s'), SubspaceState.sweptValue(Long.MAX_VALUE)));

    assertNeglected(false);
  }

  /** Nothing depends on it but a line in a log. */
  @Test
  void valueThatSaysNothing_isNoReasonToComplain() {
    store.executed(store.timeBearingId());
    store.write(tr -> tr.set(RecordStore.prefix('s'), new byte[] {1}));
    assertNeglected(false);
    store.write(tr -> tr.set(RecordStore.prefix('s'), new byte[Long.BYTES + 1]));

    assertNeglected(false);
  }
}
