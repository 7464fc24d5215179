package io.github.grpconce.internal.retention;

import io.github.grpconce.internal.record.DatabaseView;
import io.github.grpconce.internal.record.RecordStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A server's process that stands still once: before it asks the store for something, or between the
 * store's answer and its arrival. Everybody else goes on meanwhile.
 */
final class StandingStill implements DatabaseView.Observer {

  private static final Set<String> AWAITED = Set.of("get", "getReadVersion", "commit");
  private static final int NEVER = -1;

  private final RecordStore store;
  private Duration pause = Duration.ZERO;
  private int pointsLeft = NEVER;

  StandingStill(RecordStore store) {
    this.store = store;
  }

  /** From now on: 0 is the point before the first operation that is waited for, 1 after it, … */
  void at(int point, Duration pause) {
    this.pointsLeft = point;
    this.pause = pause;
  }

  /** Whether the point was reached. */
  boolean happened() {
    return pointsLeft < 0;
  }

  @Override
  public Object around(DatabaseView.Operation operation) {
    return AWAITED.contains(operation.name())
        ? operation.proceedBetween(this::pauseAtThePoint, this::pauseAtThePoint)
        : operation.proceed();
  }

  private CompletableFuture<?> pauseAtThePoint() {
    if (pointsLeft < 0 || pointsLeft-- > 0) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> over = new CompletableFuture<>();
    var unused = store.time.schedule(pause, () -> over.complete(null));
    return over;
  }
}
