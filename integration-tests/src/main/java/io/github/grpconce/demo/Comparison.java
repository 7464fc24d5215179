package io.github.grpconce.demo;

import io.github.grpconce.demo.audit.Figures;
import io.github.grpconce.demo.harness.Processes;
import io.github.grpconce.demo.shop.Mode;
import io.github.grpconce.demo.shop.StorePlace;
import java.io.IOException;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The runs of a demo, one after the other, each with stores of its own.
 *
 * @param figures what the audit of each run has found
 * @param places where the runs' data is
 */
record Comparison(Map<Mode, Figures> figures, Map<Mode, StorePlace> places) {

  /** Makes the runs that the settings include. */
  static Comparison make(DemoSettings settings, Workspace workspace, PrintStream err)
      throws IOException, InterruptedException, ExecutionException {
    Map<Mode, Figures> figures = new EnumMap<>(Mode.class);
    Map<Mode, StorePlace> places = new EnumMap<>(Mode.class);
    try (Processes processes = new Processes(workspace.directory("logs"))) {
      for (Mode mode : settings.modes()) {
        Narrator narrator = new Narrator(err, mode, settings.orders());
        places.put(mode, freshPlace(mode, settings, workspace));
        DemoRun run = new DemoRun(settings, mode, places.get(mode), narrator);
        figures.put(mode, run.run(processes));
      }
    }
    return new Comparison(figures, places);
  }

  /** The run without grpc-once; empty if it was left out. */
  Optional<Figures> unguarded() {
    return Optional.ofNullable(figures.get(Mode.UNGUARDED));
  }

  /** The run with grpc-once; empty if it was left out. */
  Optional<Figures> guarded() {
    return Optional.ofNullable(figures.get(Mode.GUARDED));
  }

  /** Removes the data of all runs. */
  void discardData() {
    places.values().forEach(StorePlace::discard);
  }

  private static StorePlace freshPlace(Mode mode, DemoSettings settings, Workspace workspace)
      throws IOException {
    if (settings.clusterFile().isEmpty()) {
      return new StorePlace.Embedded(workspace.directory(mode.label()));
    }
    String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return new StorePlace.Cluster(
        settings.clusterFile().get(), "demo-" + unique + "-" + mode.label() + "-");
  }
}
