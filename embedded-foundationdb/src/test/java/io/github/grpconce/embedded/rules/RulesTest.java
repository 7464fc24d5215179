package io.github.grpconce.embedded.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Tries every rule with a new seed.
 *
 * <p>{@code -Dgrpconce.seed=N} tries them with that seed, {@code -Dgrpconce.long=true} with many
 * more calls.
 */
@StoreTest
class RulesTest {
  private static final boolean LONG = Boolean.getBoolean("grpconce.long");
  private static final int CALLS = LONG ? 100_000 : 500;

  /** Each is tried with a write to every key: some 200 commits. */
  private static final int READS_ON_A_CLUSTER = LONG ? 1_000 : 20;

  @Test
  void randomReads_dependOnWhatTheRuleSays() {
    assertNoBreach(
        Rules.CONFLICT_EXTENTS, TestStore.clusterFile().isPresent() ? READS_ON_A_CLUSTER : CALLS);
  }

  @Test
  @OnEngineOnly("virtual time and keys without a prefix")
  void randomCalls_getTheErrorThatTheRuleSays() {
    assertNoBreach(Rules.CALL_ERRORS, CALLS);
  }

  private static void assertNoBreach(Rules rule, int calls) {
    long seed = Long.getLong("grpconce.seed", new Random().nextLong());
    System.out.println(rule + " with -Dgrpconce.seed=" + seed);
    assertEquals(Optional.empty(), rule.firstBreach(seed, calls));
  }
}
