package io.github.grpconce.embedded.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tries every rule with a new seed.
 *
 * <p>{@code -Dgrpconce.seed=N} tries them with that seed, {@code -Dgrpconce.long=true} with many
 * more calls.
 */
class RulesTest {
  private static final int CALLS = Boolean.getBoolean("grpconce.long") ? 100_000 : 500;

  @ParameterizedTest
  @EnumSource
  void randomCalls_getWhatTheRuleSays(Rules rule) {
    long seed = Long.getLong("grpconce.seed", new Random().nextLong());
    System.out.println(rule + " with -Dgrpconce.seed=" + seed);
    assertEquals(Optional.empty(), rule.firstBreach(seed, CALLS));
  }
}
