package io.github.grpconce.embedded.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs every workload with a new seed.
 *
 * <p>{@code -Dgrpconce.seed=N} runs them with that seed, {@code -Dgrpconce.long=true} with many.
 */
class WorkloadTest {
  private static final int STEPS = 400;
  private static final int SEEDS_OF_A_LONG_RUN = 100;

  @ParameterizedTest
  @EnumSource
  void manyThreads_keepTheInvariant(Workloads workload) {
    seeds()
        .forEach(
            seed -> {
              System.out.println(workload + " with -Dgrpconce.seed=" + seed);
              assertEquals(Optional.empty(), workload.run(seed, STEPS));
            });
  }

  private static LongStream seeds() {
    Long only = Long.getLong("grpconce.seed");
    if (only != null) {
      return LongStream.of(only);
    }
    int seeds = Boolean.getBoolean("grpconce.long") ? SEEDS_OF_A_LONG_RUN : 1;
    return new Random().longs(seeds);
  }
}
