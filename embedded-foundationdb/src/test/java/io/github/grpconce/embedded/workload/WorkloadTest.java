package io.github.grpconce.embedded.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
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
@StoreTest
class WorkloadTest {
  /** A cluster's take some milliseconds each. */
  private static final int STEPS = TestStore.clusterFile().isPresent() ? 100 : 400;

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
