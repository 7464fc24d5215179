package io.github.grpconce.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/** The figures of one run, each with its ratio to others of the same run. */
record Report(Machine machine, List<Figure> figures) {

  private static final String FEWEST = "1000";

  /** How often something was done in a second. */
  record Figure(String benchmark, Map<String, String> parameters, double perSecond) {

    static Figure of(RunResult result) {
      BenchmarkParams params = result.getParams();
      String[] path = params.getBenchmark().split("\\.", -1);
      Map<String, String> parameters = new TreeMap<>();
      params.getParamsKeys().forEach(key -> parameters.put(key, params.getParam(key)));
      return new Figure(
          path[path.length - 2].replace("Benchmark", "") + "." + path[path.length - 1],
          parameters,
          result.getPrimaryResult().getScore());
    }
  }

  static Report of(Machine machine, Collection<RunResult> results) {
    return new Report(machine, results.stream().map(Figure::of).toList());
  }

  /** A line about the machine and a table, in Markdown. */
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder(machine + ":\n\n");
    table.append("| benchmark | parameters | per second | µs each | × baseline | × fewest |\n");
    table.append("|---|---|---:|---:|---:|---:|\n");
    figures.forEach(figure -> table.append(row(figure)));
    return table.toString();
  }

  private String row(Figure figure) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %,.0f | %.2f | %s | %s |%n",
        figure.benchmark(),
        String.join(", ", figure.parameters().entrySet().stream().map(Object::toString).toList()),
        figure.perSecond(),
        1e6 / figure.perSecond(),
        ratio(figure, baseline(figure)),
        ratio(figure, fewest(figure)));
  }

  /** What of Java or of the disk comes nearest. */
  private Optional<Figure> baseline(Figure figure) {
    return switch (figure.benchmark()) {
      case "Commit.readAndWrite" -> find("Disk.syncedAppend", Map.of());
      case "Read.get", "Read.getRange", "ConcurrentRead.get" ->
          find("Map.treeMapGet", Map.of("keys", figure.parameters().getOrDefault("keys", "")));
      case "Fingerprint.fingerprint" -> find("Fingerprint.sha256", figure.parameters());
      default -> Optional.empty();
    };
  }

  /** The same with the fewest keys, or the emptiest window. */
  private Optional<Figure> fewest(Figure figure) {
    Map<String, String> parameters = new TreeMap<>(figure.parameters());
    parameters.replace("keys", FEWEST);
    parameters.replace("window", FEWEST);
    return parameters.equals(figure.parameters())
        ? Optional.empty()
        : find(figure.benchmark(), parameters);
  }

  private Optional<Figure> find(String benchmark, Map<String, String> parameters) {
    return figures.stream()
        .filter(figure -> figure.benchmark().equals(benchmark))
        .filter(figure -> figure.parameters().equals(parameters))
        .findFirst();
  }

  private static String ratio(Figure figure, Optional<Figure> other) {
    return other
        .map(base -> String.format(Locale.ROOT, "%.2f", figure.perSecond() / base.perSecond()))
        .orElse("");
  }
}
