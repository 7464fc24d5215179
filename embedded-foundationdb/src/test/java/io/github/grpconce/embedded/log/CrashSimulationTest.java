package io.github.grpconce.embedded.log;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power, or fails, at every operation of many seeded histories.
 *
 * <p>{@code -Dgrpconce.seed=N} runs one history, {@code -Dgrpconce.long=true} many.
 */
final class CrashSimulationTest {

  private static final int ACTIONS = 120;
  private static final int LATER_LIVES = 3;

  @Test
  void powerCutAtAnyStep_losesNothingThatWasAcknowledged() {
    forEachSeed(seed -> failEverywhere(seed, SimulatedDisk.Failure.POWER_CUT, true));
  }

  @Test
  void errorAtAnyStep_losesNothingThatWasAcknowledged() {
    forEachSeed(seed -> failEverywhere(seed, SimulatedDisk.Failure.ERROR, true));
  }

  @Test
  void powerCutWithoutSync_isCaughtLosingWhatWasAcknowledged() {
    AssertionError loss =
        assertThrows(
            AssertionError.class,
            () ->
                forEachSeed(seed -> failEverywhere(seed, SimulatedDisk.Failure.POWER_CUT, false)));
    assertTrue(loss.getCause().getMessage().startsWith("acknowledged"), loss::toString);
  }

  private interface Run {
    void with(long seed);
  }

  private static void forEachSeed(Run run) {
    Long only = Long.getLong("grpconce.seed");
    if (only != null) {
      run.with(only);
      return;
    }
    long seeds = Boolean.getBoolean("grpconce.long") ? 1_000 : 10;
    for (long seed = 0; seed < seeds; seed++) {
      run.with(seed);
    }
  }

  private static void failEverywhere(long seed, SimulatedDisk.Failure failure, boolean sync) {
    SimulatedDisk healthy = SimulatedDisk.empty(new Random(seed));
    new SimulatedLife(healthy, sync, new Random(seed)).live(SimulatedLife.Legacy.NONE, ACTIONS);
    for (long step = 0; step < healthy.operations(); step++) {
      try {
        failAt(step, seed, failure, sync);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", failing at step " + step, e);
      }
    }
  }

  /** The first life is the healthy one's, up to the failure; the later ones are new each time. */
  private static void failAt(long step, long seed, SimulatedDisk.Failure failure, boolean sync) {
    Random random = new Random(seed * 1_000_003 + step);
    SimulatedDisk disk = SimulatedDisk.empty(random);
    disk.failAfter(step, failure);
    SimulatedLife.Legacy legacy =
        new SimulatedLife(disk, sync, new Random(seed)).live(SimulatedLife.Legacy.NONE, ACTIONS);
    for (int life = 0; life < LATER_LIVES; life++) {
      disk = restart(disk, random);
      disk.failAfter(random.nextInt(60), failure);
      legacy = new SimulatedLife(disk, sync, random).live(legacy, random.nextInt(ACTIONS));
    }
    disk = restart(disk, random);
    new SimulatedLife(disk, sync, random).live(legacy, 0);
  }

  /** A process can die while its machine goes on. */
  private static SimulatedDisk restart(SimulatedDisk disk, Random random) {
    if (disk.isOff() || random.nextBoolean()) {
      return disk.afterPowerCut();
    }
    disk.neverFail();
    return disk;
  }
}
