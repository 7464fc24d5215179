package io.github.grpconce.demo.chaos;

import io.github.grpconce.demo.shop.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a run of chaos is made from.
 *
 * @param mode whether the services are guarded
 * @param seed where purchases and troubles come from
 * @param length for how long troubles go on
 * @param clusterFile of the FoundationDB cluster, on which there are two processes of each service;
 *     empty for the embedded engine, whose directory only one process can have
 */
record ChaosPlan(Mode mode, long seed, Duration length, Optional<Path> clusterFile) {

  int copies() {
    return clusterFile.isPresent() ? 2 : 1;
  }

  Schedule schedule() {
    return Schedule.of(seed, length, copies());
  }

  @Override
  public String toString() {
    return "%d s of chaos at %s services, seed %d"
        .formatted(length.toSeconds(), mode.label(), seed);
  }
}
