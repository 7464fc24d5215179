package io.github.grpconce.demo.chaos;

import io.github.grpconce.demo.shop.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a run of chaos is made from.
 *
 * @param mode whether the services are guarded
 * @param seed where purchases and troubles come from
 * @param length for how long troubles go on
 * @param clusterFile of the FoundationDB cluster, on which there are two processes of each service;
 *     empty for the embedded engine, whose directory only one process can have
 * @param clusterCommand hurts the cluster itself; empty if nobody knows how to
 */
record ChaosPlan(
    Mode mode,
    long seed,
    Duration length,
    Optional<Path> clusterFile,
    Optional<ClusterCommand> clusterCommand) {

  /** A plan with a seed of its own, or the one that {@code -Dgrpconce.seed} says. */
  static ChaosPlan of(
      Mode mode, int seconds, Optional<Path> clusterFile, Optional<ClusterCommand> clusterCommand) {
    long seed = Long.getLong("grpconce.seed", ThreadLocalRandom.current().nextLong(1_000_000_000));
    return new ChaosPlan(mode, seed, Duration.ofSeconds(seconds), clusterFile, clusterCommand);
  }

  int copies() {
    return clusterFile.isPresent() ? 2 : 1;
  }

  Schedule schedule() {
    Schedule schedule = Schedule.of(seed, length, copies());
    return clusterCommand.isPresent() ? schedule : schedule.without(Target.CLUSTER);
  }

  @Override
  public String toString() {
    return "%d s of chaos at %s services, seed %d"
        .formatted(length.toSeconds(), mode.label(), seed);
  }
}
