package io.github.grpconce.internal.retention;

import io.github.grpconce.internal.record.RecordStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a simulation came to.
 *
 * @param secondExecutions time-bearing IDs that took effect more than once
 * @param otherErrors opaque IDs that took effect again within the retention, attempts that were
 *     told different outcomes, outcomes without an effect
 * @param executed how many operations took effect
 * @param replays how many attempts were answered from a record
 * @param refusals how many attempts were refused because their ID had expired
 * @param executedAgain how many opaque IDs took effect again after their retention
 * @param rounds how many rounds the sweepers made
 * @param deaths how many of them ended with the sweeper's death
 */
record Findings(
    List<String> secondExecutions,
    List<String> otherErrors,
    int executed,
    int replays,
    int refusals,
    int executedAgain,
    int rounds,
    int deaths) {

  static Findings of(
      RecordStore store,
      List<SimulatedOperation> operations,
      Duration retention,
      int rounds,
      int deaths) {
    List<String> secondExecutions = new ArrayList<>();
    List<String> otherErrors = new ArrayList<>();
    int executed = 0;
    int replays = 0;
    int refusals = 0;
    int executedAgain = 0;
    for (SimulatedOperation operation : operations) {
      List<Duration> effects =
          SimulatedOperation.effects(store.in(tr -> tr.get(operation.effectsKey())));
      String story = operation.id + " took effect at " + effects;
      if (operation.isTimeBearing() && effects.size() > 1) {
        secondExecutions.add(story);
      }
      if (!operation.isTimeBearing() && isAgainWithin(retention, effects)) {
        otherErrors.add(story);
      }
      if (effects.size() <= 1 && !operation.isAnsweredConsistently()) {
        otherErrors.add(story + ", with several answers");
      }
      if (effects.isEmpty() && operation.isAnswered()) {
        otherErrors.add(story + ", with an answer");
      }
      executed += effects.isEmpty() ? 0 : 1;
      replays += operation.replays();
      refusals += operation.refusals();
      executedAgain += !operation.isTimeBearing() && effects.size() > 1 ? 1 : 0;
    }
    return new Findings(
        secondExecutions, otherErrors, executed, replays, refusals, executedAgain, rounds, deaths);
  }

  /** Whether the simulation went where it hurts; otherwise it has proved nothing. */
  boolean hasSeenEverything() {
    return executed > 0
        && replays > 0
        && refusals > 0
        && executedAgain > 0
        && deaths > 0
        && rounds > deaths;
  }

  private static boolean isAgainWithin(Duration retention, List<Duration> effects) {
    for (int i = 1; i < effects.size(); i++) {
      if (effects.get(i).minus(effects.get(i - 1)).compareTo(retention) < 0) {
        return true;
      }
    }
    return false;
  }
}
