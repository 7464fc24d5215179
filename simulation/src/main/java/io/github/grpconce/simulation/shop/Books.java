package io.github.grpconce.simulation.shop;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a {@link Ledger} says after a run.
 *
 * @param balances in cents, by account
 * @param effects how often each entry was made
 * @param receipts when each entry was made: the number of its receipt, and the time since the run
 *     began at which the execution that gave it began
 */
public record Books(
    Map<String, Long> balances,
    Map<Entry, Long> effects,
    Map<Entry, Map<String, Duration>> receipts) {

  /**
   * What one operation, or a step of one, has done.
   *
   * @param name the method's, or the step's
   */
  public record Entry(String name, String reference) {}

  public long effectsOf(String name, String reference) {
    return effects.getOrDefault(new Entry(name, reference), 0L);
  }

  public boolean has(Entry entry, Collection<String> receiptNumbers) {
    return receipts.getOrDefault(entry, Map.of()).keySet().containsAll(receiptNumbers);
  }

  /** Returns when an entry was made, in order. */
  public List<Duration> timesOf(Entry entry) {
    return receipts.getOrDefault(entry, Map.of()).values().stream().sorted().toList();
  }

  /** Returns how long it took from the first entry of an operation to its last. */
  public Duration spanOf(String reference) {
    List<Duration> times =
        receipts.entrySet().stream()
            .filter(one -> one.getKey().reference().equals(reference))
            .flatMap(one -> one.getValue().values().stream())
            .sorted()
            .toList();
    return times.isEmpty() ? Duration.ZERO : times.get(times.size() - 1).minus(times.get(0));
  }
}
