package io.github.grpconce.simulation;

import java.util.EnumMap;
import java.util.Map;

/**
 * Which faults strike, and how often. Every run has its own mixture: some faults often and others
 * never, because what often goes wrong hides what seldom does.
 */
final class Weather {

  private static final double SHARE_OF_FAULTS_IN_A_RUN = 0.6;

  private final Chance chance;
  private final Map<Fault, Double> rates = new EnumMap<>(Fault.class);
  private final Map<Fault, Long> struck = new EnumMap<>(Fault.class);

  Weather(Chance chance) {
    this.chance = chance;
    for (Fault fault : Fault.values()) {
      if (chance.happens(SHARE_OF_FAULTS_IN_A_RUN)) {
        rates.put(fault, fault.highestRate() * chance.nextDouble());
      }
    }
  }

  boolean strikes(Fault fault) {
    boolean strikes = chance.happens(rates.getOrDefault(fault, 0.0));
    if (strikes) {
      struck.merge(fault, 1L, Long::sum);
    }
    return strikes;
  }

  /** Ends all faults for good. */
  void calm() {
    rates.clear();
  }

  boolean isCalm() {
    return rates.isEmpty();
  }

  /** Returns how often each fault has struck. */
  Map<Fault, Long> struck() {
    return struck;
  }
}
