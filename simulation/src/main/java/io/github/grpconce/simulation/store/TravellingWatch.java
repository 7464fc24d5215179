package io.github.grpconce.simulation.store;

import io.github.grpconce.simulation.world.Fault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The news of a watch on their way from the store to a process: late, lost, or invented. */
final class TravellingWatch {

  private static final Duration LATE = Duration.ofSeconds(30);
  private static final Duration SPURIOUS = Duration.ofSeconds(3);

  private TravellingWatch() {}

  /**
   * Begins to wait.
   *
   * @param there the store's watch
   * @return ends with its transaction, but for a commit: then the watch goes on
   */
  static CompletableFuture<Void> begin(
      WeatheredLink link, TransactionLife life, CompletableFuture<?> there) {
    CompletableFuture<Void> here = life.watching();
    if (link.weather().strikes(Fault.WATCH_SPURIOUS)) {
      link.host().schedule(link.chance().upTo(SPURIOUS), () -> here.complete(null));
    }
    if (!link.weather().strikes(Fault.WATCH_LOST)) {
      Duration delay =
          link.weather().strikes(Fault.WATCH_LATE) ? link.chance().upTo(LATE) : Duration.ZERO;
      var unused = there.thenRun(() -> link.host().schedule(delay, () -> link.pass(fired(), here)));
    }
    return here;
  }

  private static CompletableFuture<Void> fired() {
    return CompletableFuture.completedFuture(null);
  }
}
