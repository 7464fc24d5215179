package io.github.grpconce.demo.runtime;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags that every service of the demo has; a picocli mix-in. */
public final class ServerOptions {

  private static final int MAX_PORT = 65_535;
  private static final int MAX_DRAIN_SECONDS = 3_600;

  /** Shorter, and a client's own retries would outlast it. */
  private static final Duration SHORTEST_RETENTION = Duration.ofMinutes(1);

  private static final Duration LONGEST_RETENTION = Duration.ofDays(3_653);

  /** The guard's own bounds. */
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

  private static final Duration LONGEST_LEASE = Duration.ofDays(1);

  // Both are set by picocli before any option is.
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The address to listen on. Default: ${DEFAULT-VALUE}")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}")
  private int port = 0;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the embedded engine keeps its data. Default: data/<service>")
  private @Nullable Path data;

  @Option(
      names = "--cluster-file",
      paramLabel = "PATH",
      description = "Use the FoundationDB cluster of this cluster file, not the embedded engine.")
  private @Nullable Path clusterFile;

  @Option(
      names = "--subspace",
      paramLabel = "NAME",
      description = "Keeps apart the services that share a cluster. Default: the service's name")
  private @Nullable String subspace;

  @Option(
      names = "--unguarded",
      description = "Run without grpc-once, to see what retries do without it.")
  private boolean unguarded;

  @Option(
      names = "--drain-seconds",
      paramLabel = "N",
      description =
          "How long calls may take to end when the process is told to stop. Default:"
              + " ${DEFAULT-VALUE}")
  private int drainSeconds = 10;

  @Option(
      names = "--retention",
      paramLabel = "DURATION",
      description =
          "For how long a request ID can be used, such as P7D or PT90M. Default:"
              + " ${DEFAULT-VALUE}")
  private Duration retention = Duration.ofHours(24);

  @Option(
      names = "--lease",
      paramLabel = "DURATION",
      description =
          "How long a long call whose process gives no sign of life waits to be resumed, such as"
              + " PT10S. Default: ${DEFAULT-VALUE}")
  private Duration lease = Duration.ofSeconds(10);

  @Option(
      names = "--mark-commits",
      description =
          "Leave a key with each commit, and log the keys of those whose result is unknown, to look"
              + " up later whether they landed. For tests.")
  private boolean markCommits;

  @Option(
      names = "--end-with-stdin",
      description =
          "Stop when standard input ends: with whoever started the process and holds it open.")
  private boolean endWithStdin;

  @Option(names = "--verbose", description = "Log to standard error what happens.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it by itself.
  private boolean help;

  /** Returns whether the service runs without our interceptors. */
  public boolean unguarded() {
    return unguarded;
  }

  /** Refuses what picocli can't know to be wrong. */
  void check() {
    require(port >= 0 && port <= MAX_PORT, "--port", "must be 0 to " + MAX_PORT);
    require(
        drainSeconds >= 0 && drainSeconds <= MAX_DRAIN_SECONDS,
        "--drain-seconds",
        "must be 0 to " + MAX_DRAIN_SECONDS);
    require(
        retention.compareTo(SHORTEST_RETENTION) >= 0 && retention.compareTo(LONGEST_RETENTION) <= 0,
        "--retention",
        "must be PT1M (a minute) to P3653D (ten years)");
    require(
        lease.compareTo(SHORTEST_LEASE) >= 0 && lease.compareTo(LONGEST_LEASE) <= 0,
        "--lease",
        "must be PT1S (a second) to P1D (a day)");
    require(
        data == null || clusterFile == null,
        "--data",
        "and --cluster-file exclude each other: give the one that holds the data");
    require(subspace == null || !subspace.isEmpty(), "--subspace", "must not be empty");
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  Store openStore(String serviceName) {
    if (clusterFile != null) {
      return Store.ofProcess(clusterFile);
    }
    return Store.embedded(data != null ? data : Path.of("data", serviceName));
  }

  ServiceSpace space(String serviceName) {
    return ServiceSpace.named(subspace != null ? subspace : serviceName);
  }

  Duration drain() {
    return Duration.ofSeconds(drainSeconds);
  }

  Duration retention() {
    return retention;
  }

  Duration lease() {
    return lease;
  }

  boolean markCommits() {
    return markCommits;
  }

  boolean endWithStdin() {
    return endWithStdin;
  }

  boolean verbose() {
    return verbose;
  }

  /** Names the option to picocli, too, so that it is said if its value is the environment's. */
  private void require(boolean holds, String option, String rule) {
    if (!holds) {
      throw new ParameterException(
          command.commandLine(), option + " " + rule, command.findOption(option), "");
    }
  }
}
