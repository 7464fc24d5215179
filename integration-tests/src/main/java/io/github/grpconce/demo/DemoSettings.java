package io.github.grpconce.demo;

import static java.util.stream.Collectors.joining;

import io.github.grpconce.demo.shop.Mode;
import java.math.BigDecimal;
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

  /** What is going to be done, for people: a few lines. */
  String plan() {
    return """
        placing %d orders %s
        %s of the calls lose their response, %s their connection; kills of the payment service: %d
        seed %d, store %s"""
        .formatted(
            orders,
            modes().stream().map(DemoSettings::manner).collect(joining(", and then the same ")),
            percent(drop),
            percent(reset),
            kills,
            seed,
            store());
  }

  private static String manner(Mode mode) {
    return (mode == Mode.GUARDED ? "with" : "without") + " grpc-once [" + mode.label() + "]";
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
  }

  String store() {
    return clusterFile.isPresent() ? "foundationdb" : "embedded";
  }
}
