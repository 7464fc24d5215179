package io.github.grpconce.demo;

import io.github.grpconce.demo.shop.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The demo's flags; a picocli mix-in. */
final class DemoOptions {

  private static final int MAX_ORDERS = 100_000;
  private static final int MAX_CONCURRENCY = 256;
  private static final int MAX_KILLS = 100;

  /** If more than that goes wrong, calls hardly get through, and the demo doesn't end. */
  private static final double MAX_FAULT_SHARE = 0.8;

  /** Short enough to be typed again. */
  private static final long RANDOM_SEEDS = 1_000_000_000;

  // Set by picocli before any option is.
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  @Option(
      names = "--orders",
      paramLabel = "N",
      description = "Orders placed in each run, 1 to 100000. Default: ${DEFAULT-VALUE}")
  private int orders = 200;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Where purchases and faults come from, a whole number. Default: at random")
  private @Nullable Long seed;

  @Option(
      names = "--concurrency",
      paramLabel = "C",
      description = "Orders under way at a time, 1 to 256. Default: ${DEFAULT-VALUE}")
  private int concurrency = 16;

  @Option(
      names = "--drop",
      paramLabel = "P",
      description =
          "Share of calls whose response is lost after the server has processed them, 0 to 0.8."
              + " Default: ${DEFAULT-VALUE}")
  private double drop = 0.1;

  @Option(
      names = "--reset",
      paramLabel = "P",
      description =
          "Share of calls that reset their connection, and so end all calls on it, 0 to 0.8."
              + " Default: ${DEFAULT-VALUE}")
  private double reset = 0.02;

  @Option(
      names = "--kill",
      paramLabel = "K",
      description =
          "How often the payment service is ended by SIGKILL and restarted in each run, 0 to 100."
              + " Default: ${DEFAULT-VALUE}")
  private int kills = 2;

  @Option(
      names = "--cluster-file",
      paramLabel = "PATH",
      description =
          "Use the FoundationDB cluster of this cluster file, in subspaces of its own, demo-*, that"
              + " are cleared in the end, unless the demo is interrupted. Default: the embedded"
              + " engine")
  private @Nullable Path clusterFile;

  @Option(
      names = "--only",
      paramLabel = "RUN",
      converter = ModeConverter.class,
      description = "Make one run, guarded or unguarded. Default: both")
  private @Nullable Mode only;

  @Option(
      names = "--json",
      description = "Print the figures as a JSON object on the last line of standard output.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it by itself.
  private boolean help;

  boolean json() {
    return json;
  }

  /**
   * Returns what the flags say.
   *
   * @throws ParameterException if they contradict themselves or are out of bounds
   */
  DemoSettings settings() {
    require(orders >= 1 && orders <= MAX_ORDERS, "--orders must be 1 to " + MAX_ORDERS);
    require(
        concurrency >= 1 && concurrency <= MAX_CONCURRENCY,
        "--concurrency must be 1 to " + MAX_CONCURRENCY);
    require(isShare(drop), "--drop must be 0 to " + MAX_FAULT_SHARE);
    require(isShare(reset), "--reset must be 0 to " + MAX_FAULT_SHARE);
    require(isShare(drop + reset), "--drop and --reset must be at most 0.8 together");
    require(kills >= 0 && kills <= MAX_KILLS, "--kill must be 0 to " + MAX_KILLS);
    require(
        clusterFile == null || (Files.isRegularFile(clusterFile) && Files.isReadable(clusterFile)),
        "--cluster-file: cannot read " + clusterFile);
    return new DemoSettings(
        orders,
        seed != null ? seed : ThreadLocalRandom.current().nextLong(RANDOM_SEEDS),
        concurrency,
        drop,
        reset,
        kills,
        Optional.ofNullable(clusterFile).map(Path::toAbsolutePath),
        Optional.ofNullable(only));
  }

  private void require(boolean holds, String rule) {
    if (!holds) {
      throw new ParameterException(command.commandLine(), rule);
    }
  }

  /** False also for what is no number. */
  private static boolean isShare(double value) {
    return value >= 0 && value <= MAX_FAULT_SHARE;
  }

  static final class ModeConverter implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String value) {
      try {
        return Mode.valueOf(value.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("must be guarded or unguarded, but is '" + value + "'");
      }
    }
  }
}
