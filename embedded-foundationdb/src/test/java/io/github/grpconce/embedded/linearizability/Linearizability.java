package io.github.grpconce.embedded.linearizability;

import java.util.Optional;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.LincheckAssertionError;
import org.jetbrains.kotlinx.lincheck.Options;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;

/** Lincheck's search for answers that no order of the transactions explains. */
public final class Linearizability {
  private Linearizability() {}

  /**
   * Lets real threads run each of some scenarios many times.
   *
   * @return the smallest scenario in which something was wrong, or nothing
   */
  public static Optional<String> stress(int scenarios, int runsOfEach) {
    StressOptions options = new StressOptions();
    options.invocationsPerIteration(runsOfEach);
    return check(TransactionsOnTwoKeys.class, options.iterations(scenarios));
  }

  static Optional<String> check(Class<?> operations, Options<?, ?> options) {
    options.threads(3).actorsPerThread(2).actorsBefore(1).actorsAfter(1);
    options.sequentialSpecification(TwoKeys.class);
    try {
      LinChecker.check(operations, options);
      return Optional.empty();
    } catch (LincheckAssertionError found) {
      return Optional.of(String.valueOf(found.getMessage()));
    }
  }
}
