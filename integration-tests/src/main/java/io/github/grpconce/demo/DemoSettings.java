package io.github.grpconce.demo;

import io.github.grpconce.demo.shop.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a demo is to do; see {@link DemoOptions} for the flags behind it.
 *
 * @param orders how many orders are placed in each run
 * @param seed where all chance comes from
 * @param concurrency how many orders are under way at a time
 * @param drop share of calls whose response is lost
 * @param reset share of calls that reset their connection
 * @param kills how often the payment service is killed in each run
 * @param clusterFile of the FoundationDB cluster; empty for the embedded engine
 * @param only the one run that is made; empty for both
 */
record DemoSettings(
    int orders,
    long seed,
    int concurrency,
    double drop,
    double reset,
    int kills,
    Optional<Path> clusterFile,
    Optional<Mode> only) {

  /** The runs to make, in their order. */
  List<Mode> modes() {
    return only.map(List::of).orElse(List.of(Mode.UNGUARDED, Mode.GUARDED));
  }

  String store() {
    return clusterFile.isPresent() ? "foundationdb" : "embedded";
  }
}
