package io.github.grpconce.demo.chaos;

import io.github.grpconce.demo.shop.Mode;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Real processes on the embedded engine under chaos, and what is in their stores afterwards. {@link
 * ClusterChaosIT} is the same on a cluster.
 *
 * <ul>
 *   <li>{@code -Dgrpconce.seed=S} runs the purchases and the troubles of that seed. What meets what
 *       depends on threads and processes all the same.
 *   <li>{@code -Dgrpconce.long=true} goes on for ten minutes, {@code -Dgrpconce.chaos.seconds=N}
 *       for so long.
 * </ul>
 *
 * <p>Needs Linux, for {@code prlimit}. The services' logs and data stay below {@code target/chaos}.
 */
@StoreTest
@OnEngineOnly("ClusterChaosIT runs there")
@EnabledOnOs(OS.LINUX)
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class ChaosIT extends ChaosContract {

  private static final int SHORT_SECONDS = 45;
  private static final int LONG_SECONDS = 600;

  ChaosIT() {
    super(SHORT_SECONDS, LONG_SECONDS);
  }

  @Override
  Outcome run(Mode mode, int seconds) throws Exception {
    return ChaosRun.of(ChaosPlan.of(mode, seconds, Optional.empty(), Optional.empty()));
  }
}
