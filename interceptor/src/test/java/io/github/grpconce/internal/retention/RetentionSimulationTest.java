package io.github.grpconce.internal.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.Seed;
import io.github.grpconce.teststore.OnEngineOnly;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No operation is executed twice, whatever clocks, processes and sweepers do; and the same check
 * notices mistakes that would make it so.
 */
@OnEngineOnly("virtual time")
class RetentionSimulationTest {

  /** Half days to simulate; {@code -Dsimulations=1000} takes some minutes. */
  private static final int SIMULATIONS = Integer.getInteger("simulations", 5);

  private final RandomGenerator random = Seed.random();

  @Test
  void noOperation_isExecutedTwice() {
    for (int i = 0; i < SIMULATIONS; i++) {
      Findings findings = simulate(Defect.NONE);
      assertEquals(List.of(), findings.secondExecutions());
      assertEquals(List.of(), findings.otherErrors());
      assertTrue(findings.hasSeenEverything(), findings::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void mistake_isNoticed(Defect defect) {
    assertTrue(
        Stream.generate(() -> simulate(defect))
            .limit(SIMULATIONS)
            .anyMatch(findings -> !findings.secondExecutions().isEmpty()));
  }

  @Test
  void sameSeed_givesTheSameDay() {
    long seed = random.nextLong();
    Findings findings = new RetentionSimulation(seed, Defect.HORIZON_CACHED_WITHOUT_AGE).run();
    assertTrue(!findings.secondExecutions().isEmpty());
    assertEquals(findings, new RetentionSimulation(seed, Defect.HORIZON_CACHED_WITHOUT_AGE).run());
  }

  private Findings simulate(Defect defect) {
    return new RetentionSimulation(random.nextLong(), defect).run();
  }
}
