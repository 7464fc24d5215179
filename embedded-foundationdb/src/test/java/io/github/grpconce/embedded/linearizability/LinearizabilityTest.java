package io.github.grpconce.embedded.linearizability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code -Dgrpconce.long=true} looks at many more scenarios. */
class LinearizabilityTest {
  private static final boolean LONG = Boolean.getBoolean("grpconce.long");
  private static final int SCENARIOS = LONG ? 500 : 20;
  private static final int RUNS_OF_EACH = LONG ? 5_000 : 200;

  @Test
  void realThreads_seeTheTransactionsInOneOrder() {
    assertEquals(Optional.empty(), Linearizability.stress(SCENARIOS, RUNS_OF_EACH));
  }
}
