package io.github.grpconce.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulation that finds nothing proves nothing, unless it finds what is there. */
class PlantedDefectsTest {

  private static final long SEEDS = 500;
  private static final long FEW_SEEDS = 100;

  /** The way in which defects are planted breaks nothing by itself. */
  @Test
  void meddlingWithTransactions_byItselfIsNotFound() {
    SeedRange.Summary summary = new SeedRange(1, FEW_SEEDS).run(Harmless::new);
    assertEquals(List.of(), summary.failures());
  }

  private static final class Harmless extends Defect {
    @Override
    Database store(Database store, Subspace records) {
      return MeddledTransaction.database(store, begun -> new MeddledTransaction(begun).proxy());
    }

    @Override
    Database sweepersStore(Database store, Subspace records) {
      return store(store, records);
    }
  }

  @ParameterizedTest
  @EnumSource
  void defect_isFound(Defects defect) {
    Optional<Report> failure = new SeedRange(1, SEEDS).firstFailure(defect);
    assertTrue(failure.isPresent(), () -> defect + " was not found in " + SEEDS + " seeds");
    System.out.println(defect + " was found by " + failure.get());
  }
}
