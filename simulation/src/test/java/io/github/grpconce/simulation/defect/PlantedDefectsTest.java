package io.github.grpconce.simulation.defect;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.simulation.Report;
import io.github.grpconce.simulation.SeedRange;
import io.github.grpconce.simulation.audit.Check;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A simulation that finds nothing proves nothing, unless it finds what is there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlantedDefectsTest {

  private static final long SEEDS = 200;
  private static final long FEW_SEEDS = 100;

  private final Set<Defects> found = EnumSet.noneOf(Defects.class);

  @BeforeAll
  void findThem() {
    for (Defects defect : Defects.values()) {
      Optional<Report> first = new SeedRange(1, SEEDS).firstFoundBy(defect.check(), defect);
      first.ifPresent(report -> found.add(defect));
      System.out.printf(
          "%-44s %-31s %s%n",
          defect,
          defect.check(),
          first
              .map(report -> "first found at seed " + report.seed())
              .orElse("not found in " + SEEDS + " seeds"));
    }
  }

  @Test
  void everyDefect_isFoundWithinAFewSeeds() {
    assertEquals(EnumSet.allOf(Defects.class), found);
  }

  /** A check that can't fail checks nothing. */
  @Test
  void everyCheck_isThereToFindSomeDefect() {
    assertEquals(
        EnumSet.allOf(Check.class),
        found.stream()
            .map(Defects::check)
            .collect(toCollection(() -> EnumSet.noneOf(Check.class))));
  }

  /** The way in which defects are planted breaks nothing by itself. */
  @Test
  void meddlingWithTransactions_byItselfIsNotFound() {
    SeedRange.Summary summary = new SeedRange(1, FEW_SEEDS).run(Harmless::new, report -> {});
    assertEquals(List.of(), summary.failures());
  }

  private static final class Harmless extends Defect {
    @Override
    public Database store(Database store, Subspace records) {
      return MeddledTransaction.database(store, begun -> new MeddledTransaction(begun).proxy());
    }

    @Override
    public Database sweepersStore(Database store, Subspace records) {
      return store(store, records);
    }
  }
}
