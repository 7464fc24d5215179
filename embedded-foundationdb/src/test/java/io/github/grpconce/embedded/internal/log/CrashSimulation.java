package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.internal.file.SimulatedDisk;
import java.util.Random;

/** Lets the disk fail at every operation of a seeded history, and lives on afterwards. */
public final class CrashSimulation {

  private static final int ACTIONS = 120;
  private static final int LATER_LIVES = 3;

  private CrashSimulation() {}

  /**
   * Cuts the power at each operation of the seed's history.
   *
   * @throws AssertionError if anything that was acknowledged is lost
   */
  public static void cutPowerAtEveryStep(long seed) {
    failEverywhere(seed, SimulatedDisk.Failure.POWER_CUT, true);
  }

  static void failEverywhere(long seed, SimulatedDisk.Failure failure, boolean sync) {
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
