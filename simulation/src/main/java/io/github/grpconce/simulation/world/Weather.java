package io.github.grpconce.simulation.world;

import java.util.EnumMap;
import java.util.Map;

/**
 * Which faults strike, and how often. Every run has its own mixture: some faults often, others
 * never, in some runs nearly all of them and in others one or two, because what often goes wrong
 * hides what seldom does.
 */
public final class Weather {

  private final Chance chance;
  private final Map<Fault, Double> rates = new EnumMap<>(Fault.class);
  private final Map<Fault, Long> struck = new EnumMap<>(Fault.class);
  private boolean calm;

  Weather(Chance chance) {
    this.chance = chance;
    double share = chance.nextDouble();
    for (Fault fault : Fault.values()) {
      if (chance.happens(share)) {
        rates.put(fault, fault.highestRate() * chance.nextDouble());
      }
    }
  }

  public boolean strikes(Fault fault) {
    boolean strikes = chance.happens(rates.getOrDefault(fault, 0.0));
    if (strikes) {
      struck.merge(fault, 1L, Long::sum);
    }
    return strikes;
  }

  /** Ends all faults for good, but for those that are usual. */
  public void calm() {
    calm = true;
    rates.keySet().removeIf(fault -> !fault.isUsual());
  }

  public boolean isCalm() {
    return calm;
  }

  /** Returns how often each fault has struck. */
  public Map<Fault, Long> struck() {
    return struck;
  }
}
