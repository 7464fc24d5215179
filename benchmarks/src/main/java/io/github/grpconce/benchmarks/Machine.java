package io.github.grpconce.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * What a run was measured on.
 *
 * @param load how many processes wanted a processor during the last minute before the run, on
 *     average: far below 1 if the machine was quiet
 */
record Machine(LocalDate date, int processors, String java, double load) {

  static Machine now() {
    return new Machine(
        LocalDate.now(ZoneOffset.UTC),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, Java %s, load before the run %.2f",
        date,
        processors,
        java,
        load);
  }
}
