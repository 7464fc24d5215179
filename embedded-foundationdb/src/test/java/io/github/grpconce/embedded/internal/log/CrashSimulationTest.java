package io.github.grpconce.embedded.internal.log;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.internal.file.SimulatedDisk;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power, or fails, at every operation of many seeded histories.
 *
 * <p>{@code -Dgrpconce.seed=N} runs one history, {@code -Dgrpconce.long=true} many.
 */
final class CrashSimulationTest {

  @Test
  void powerCutAtAnyStep_losesNothingThatWasAcknowledged() {
    forEachSeed(
        seed -> CrashSimulation.failEverywhere(seed, SimulatedDisk.Failure.POWER_CUT, true));
  }

  @Test
  void errorAtAnyStep_losesNothingThatWasAcknowledged() {
    forEachSeed(seed -> CrashSimulation.failEverywhere(seed, SimulatedDisk.Failure.ERROR, true));
  }

  @Test
  void powerCutWithoutSync_isCaughtLosingWhatWasAcknowledged() {
    AssertionError loss =
        assertThrows(
            AssertionError.class,
            () ->
                forEachSeed(
                    seed ->
                        CrashSimulation.failEverywhere(
                            seed, SimulatedDisk.Failure.POWER_CUT, false)));
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
}
