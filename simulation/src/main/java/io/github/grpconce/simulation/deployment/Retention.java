package io.github.grpconce.simulation.deployment;

import io.github.grpconce.RequestId;
import io.github.grpconce.simulation.world.Chance;
import java.time.Duration;

/**
 * For how long the records of a run are kept.
 *
 * @param first at the beginning
 * @param second after the change
 * @param change when it is made longer or shorter, by the time of the event loop
 */
public record Retention(Duration first, Duration second, Duration change) {

  /** Short, so that IDs expire while they are still in use; and long, so that none does. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private static final Duration SHORT = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofMinutes(20);

  public static Retention any(Chance chance, Duration change) {
    return new Retention(drawn(chance), drawn(chance), change);
  }

  private static Duration drawn(Chance chance) {
    return chance.between(SHORTEST, chance.nextBoolean() ? SHORT : LONG);
  }

  Duration at(Duration elapsed) {
    return elapsed.compareTo(change) < 0 ? first : second;
  }

  /** For so long every opaque ID is remembered, at least. */
  public Duration shortest() {
    return first.compareTo(second) < 0 ? first : second;
  }

  /** Whether an ID is new again some time after its record has gone; others are refused then. */
  public static boolean forgets(String requestId) {
    return RequestId.of(requestId).time().isEmpty();
  }
}
