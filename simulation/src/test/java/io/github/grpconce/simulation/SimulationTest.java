package io.github.grpconce.simulation;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.simulation.defect.Defect;
import io.github.grpconce.simulation.defect.Hashes;
import io.github.grpconce.simulation.world.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs a range of seeds: {@code -Dgrpconce.seeds.from} and {@code -Dgrpconce.seeds.to} set another
 * one.
 */
class SimulationTest {

  private static final long FROM = Long.getLong("grpconce.seeds.from", 1);
  private static final long TO = Long.getLong("grpconce.seeds.to", 2_000);

  /** A range as long as this has met every fault. */
  private static final long ENOUGH_SEEDS = 500;

  @Test
  void everySeed_takesEffectOnceAndAnswersTheSame() {
    SeedRange.Summary summary = new SeedRange(FROM, TO).run(() -> Defect.NONE, report -> {});
    System.out.println(summary);
    assertTrue(
        summary.failures().isEmpty(),
        () -> summary.failures().stream().map(Report::toString).collect(joining("\n", "\n", "")));
    if (summary.seeds() >= ENOUGH_SEEDS) {
      assertEquals(
          List.of(),
          Arrays.stream(Fault.values())
              .filter(fault -> !summary.events().containsKey(fault.name()))
              .toList(),
          "faults that never struck");
    }
  }

  @Test
  void sameSeed_happensTheSameAgain() {
    for (long seed = FROM; seed < FROM + 20; seed++) {
      assertEquals(hash(seed), hash(seed), "seed " + seed);
    }
  }

  @Test
  void anotherSeed_happensOtherwise() {
    assertNotEquals(hash(FROM), hash(FROM + 1));
  }

  /** Another virtual machine hashes identities, strings in sets and the like in another order. */
  @Test
  void sameSeedInAnotherProcess_happensTheSameAgain() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Hashes.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), printed);
    assertEquals(Hashes.ofSomeSeeds(), printed);
  }

  private static String hash(long seed) {
    return Simulation.run(seed, Defect.NONE, line -> {}).hash();
  }
}
