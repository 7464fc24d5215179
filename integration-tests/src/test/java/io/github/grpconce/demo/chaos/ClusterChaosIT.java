package io.github.grpconce.demo.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.grpconce.demo.shop.Mode;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Two processes of each service on a FoundationDB cluster, while services, links and the cluster's
 * own processes are struck. Then both stores are read.
 *
 * <ul>
 *   <li>{@code -Dgrpconce.cluster-file=PATH} names the cluster, or {@code
 *       -Dgrpconce.chaos.cluster-file=PATH} one for this test alone, which others would not like to
 *       be on.
 *   <li>{@code -Dgrpconce.chaos.cluster-command=PATH} is how to hurt that cluster, see {@link
 *       ClusterCommand}; without it the cluster stays well.
 *   <li>{@code -Dgrpconce.seed=S}, as for {@link ChaosIT}.
 *   <li>{@code -Dgrpconce.long=true} goes on for an hour, {@code -Dgrpconce.chaos.seconds=N} for so
 *       long.
 * </ul>
 */
@StoreTest
@EnabledOnOs(OS.LINUX)
@Timeout(value = 2, unit = TimeUnit.HOURS)
final class ClusterChaosIT extends ChaosContract {

  private static final int SHORT_SECONDS = 60;
  private static final int LONG_SECONDS = 3_600;

  private static final Optional<Path> CLUSTER_FILE =
      property("grpconce.chaos.cluster-file")
          .map(file -> Path.of(file).toAbsolutePath())
          .or(TestStore::clusterFile);

  private static final Optional<ClusterCommand> CLUSTER_COMMAND =
      property("grpconce.chaos.cluster-command").map(ClusterCommand::new);

  @BeforeAll
  static void needsACluster() {
    if (CLUSTER_FILE.isEmpty()) {
      String reason = "no chaos on a cluster: -Dgrpconce.cluster-file names none";
      System.out.println(reason);
      assumeTrue(false, reason);
    }
    if (CLUSTER_COMMAND.isEmpty()) {
      System.out.println(
          "only services and links are struck, the cluster is not:"
              + " -Dgrpconce.chaos.cluster-command doesn't say how");
    }
  }

  ClusterChaosIT() {
    super(SHORT_SECONDS, LONG_SECONDS);
  }

  @Override
  Outcome run(Mode mode, int seconds) throws Exception {
    return ChaosRun.of(ChaosPlan.of(mode, seconds, CLUSTER_FILE, CLUSTER_COMMAND));
  }

  private static Optional<String> property(String name) {
    return Optional.ofNullable(System.getProperty(name)).filter(value -> !value.isBlank());
  }
}
