package io.github.grpconce.embedded.linearizability;

import java.util.Optional;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.LincheckAssertionError;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;

/**
 * Lincheck's search for answers that no order of the transactions explains.
 *
 * @param scenarios how many are drawn, always the same ones
 * @param runsOfEach how often the threads of a scenario meet
 * @param minimized whether what was found is reduced to the least that shows it
 */
record Linearizability(int scenarios, int runsOfEach, boolean minimized) {
  /**
   * Lets real threads run all scenarios.
   *
   * @param operations {@link TransactionsOnTwoKeys}, or a class that inherits them
   * @return a scenario and what was answered in it, or nothing
   */
  Optional<String> firstUnexplained(Class<? extends TransactionsOnTwoKeys> operations) {
    StressOptions options = new StressOptions();
    options.iterations(scenarios).threads(3).actorsPerThread(2).actorsBefore(1).actorsAfter(1);
    options.invocationsPerIteration(runsOfEach).minimizeFailedScenario(minimized);
    options.sequentialSpecification(TwoKeys.class);
    try {
      LinChecker.check(operations, options);
      return Optional.empty();
    } catch (LincheckAssertionError found) {
      return Optional.of(String.valueOf(found.getMessage()));
    }
  }
}
