package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubspaceStateTest {

  /** Below, the versions went back: a sweeper of the restored database would not be noticed. */
  @ParameterizedTest
  @CsvSource({"10000000, true", "10000001, false", "-5000000, true", "-5000001, false"})
  void state_holdsForTenSecondsAndForTransactionsThatAreOlder(long age, boolean holds) {
    long version = 1_000_000_000;

    assertEquals(holds, new SubspaceState(0, true, version, false).holdsAt(version + age));
  }
}
