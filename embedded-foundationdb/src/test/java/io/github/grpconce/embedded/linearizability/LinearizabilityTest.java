package io.github.grpconce.embedded.linearizability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.defect.Defect;
import io.github.grpconce.embedded.defect.DefectiveEngine;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine's answers can be explained by some order of its transactions; those of an engine with
 * a defect can't.
 *
 * <p>{@code -Dgrpconce.long=true} looks at many more scenarios. Lincheck's model checking of all
 * interleavings does not get through the engine: it asks for the offsets of fields of records,
 * which Java does not give ("can't get field offset on a record class").
 */
@StoreTest
class LinearizabilityTest {
  private static final boolean LONG = Boolean.getBoolean("grpconce.long");
  private static final int SCENARIOS = LONG ? 500 : 20;
  private static final int RUNS_OF_EACH = LONG ? 5_000 : 100;

  /** Each has a database of its own, and commits that take some milliseconds. */
  private static final int RUNS_ON_A_CLUSTER = 5;

  @Test
  void realThreads_seeTheTransactionsInOneOrder() {
    int runs = TestStore.clusterFile().isPresent() ? RUNS_ON_A_CLUSTER : RUNS_OF_EACH;
    Linearizability search = new Linearizability(SCENARIOS, runs, true);

    assertEquals(Optional.empty(), search.firstUnexplained(TransactionsOnTwoKeys.class));
  }

  @OnEngineOnly("planted defects")
  @ParameterizedTest
  @ValueSource(classes = {LostConflicts.class, LostRangeConflicts.class, LostCarry.class})
  void plantedDefect_leavesAnswersUnexplained(Class<? extends TransactionsOnTwoKeys> defective)
      throws ReflectiveOperationException {
    // Has the engine loaded beforehand: Lincheck knows classes by their names alone, and would put
    // those without a defect in the place of ours.
    defective.getDeclaredConstructor().newInstance();
    Linearizability search = new Linearizability(SCENARIOS, RUNS_OF_EACH, false);

    String found = search.firstUnexplained(defective).orElse("nothing was found");

    System.out.println(found);
    assertTrue(found.contains("Invalid execution results"), found);
    assertFalse(found.contains("Exception"), found);
  }

  /** No transaction conflicts with any other. */
  public static final class LostConflicts extends TransactionsOnTwoKeys {
    private static final Supplier<Database> ENGINE =
        DefectiveEngine.databases(Defect.NO_CONFLICT_DETECTION);

    public LostConflicts() {
      super(ENGINE.get());
    }
  }

  /** A range that was read conflicts with no write. */
  public static final class LostRangeConflicts extends TransactionsOnTwoKeys {
    private static final Supplier<Database> ENGINE =
        DefectiveEngine.databases(Defect.NO_RANGE_READ_CONFLICTS);

    public LostRangeConflicts() {
      super(ENGINE.get());
    }
  }

  /** Sums lose what they carry. */
  public static final class LostCarry extends TransactionsOnTwoKeys {
    private static final Supplier<Database> ENGINE =
        DefectiveEngine.databases(Defect.ADD_LOSES_ITS_CARRY);

    public LostCarry() {
      super(ENGINE.get());
    }
  }
}
