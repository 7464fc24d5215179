package io.github.grpconce.simulation;

import io.github.grpconce.simulation.audit.Check;
import io.github.grpconce.simulation.defect.Defect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Seeds to run, as many at a time as there are processors.
 *
 * @param from the first
 * @param to the last
 */
public record SeedRange(long from, long to) {

  /**
   * What came of a range.
   *
   * @param failures the runs in which something was found
   * @param events how often what happened in all runs
   */
  public record Summary(
      long seeds, Duration elapsed, List<Report> failures, Map<String, Long> events) {

    @Override
    public String toString() {
      double seconds = elapsed.toNanos() / 1e9;
      return String.format(
          "%d seeds in %.1f s, %.0f a second; %d failed; %s",
          seeds, seconds, seeds / seconds, failures.size(), events);
    }
  }

  /**
   * Runs the range.
   *
   * @param defects gives each run its own
   * @param onFailure told of each run in which something was found, as soon as that is known
   */
  public Summary run(Supplier<Defect> defects, Consumer<Report> onFailure) {
    long begun = System.nanoTime();
    Map<String, Long> events = new TreeMap<>();
    List<Report> failures = new ArrayList<>();
    LongStream.rangeClosed(from, to)
        .parallel()
        .mapToObj(seed -> Simulation.run(seed, defects.get(), line -> {}))
        .forEachOrdered(
            report -> {
              report.events().forEach((event, count) -> events.merge(event, count, Long::sum));
              if (!report.findings().isEmpty()) {
                failures.add(report);
                onFailure.accept(report);
              }
            });
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
    return new Summary(to - from + 1, elapsed, failures, events);
  }

  /** Returns the first run in which a check found something, and runs no more. */
  public Optional<Report> firstFoundBy(Check check, Supplier<Defect> defects) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(seed -> Simulation.run(seed, defects.get(), line -> {}))
        .filter(report -> report.checks().contains(check))
        .findFirst();
  }
}
