package io.github.grpconce.internal.steps;

import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.internal.store.StoreLoop;
import io.github.grpconce.internal.store.StoreLoop.Decided;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an execution's lease, from its claim until it is stopped. A beat that comes too late costs
 * a second execution of the handler, never a second effect. Thread-safe.
 */
final class Heartbeat {

  /** Two beats may get lost. */
  private static final int BEATS_PER_LEASE = 3;

  private final Settings settings;
  private final String method;
  private final Tenure tenure;
  private final BooleanSupplier inTime;
  private final Runnable onLost;
  private @Nullable Future<?> next;
  private boolean stopped;

  /**
   * Makes a heartbeat.
   *
   * @param inTime whether the execution may still do anything; a handler that doesn't end although
   *     its time is over must not keep others from it for ever
   * @param onLost told when it may not, or when there is no lease to renew any more
   */
  Heartbeat(
      Settings settings, String method, Tenure tenure, BooleanSupplier inTime, Runnable onLost) {
    this.settings = settings;
    this.method = method;
    this.tenure = tenure;
    this.inTime = inTime;
    this.onLost = onLost;
  }

  synchronized void start() {
    if (!stopped) {
      long pause = settings.steps().lease().toNanos() / BEATS_PER_LEASE;
      next = settings.scheduler().schedule(this::beat, pause, TimeUnit.NANOSECONDS);
    }
  }

  synchronized void stop() {
    stopped = true;
    if (next != null) {
      next.cancel(false);
    }
  }

  /** Nothing is renewed any more in a database that is closed. */
  private void notRenewed(Throwable failure) {
    if (isGoingOn()) {
      settings.steps().log().notRenewed(method, failure);
    }
    if (!StoreError.causing(failure).map(StoreError::isClosed).orElse(false)) {
      start();
    }
  }

  private synchronized boolean isGoingOn() {
    return !stopped;
  }

  private void beat() {
    if (!inTime.getAsBoolean()) {
      onLost.run();
      return;
    }
    if (!tenure.isClaimed()) {
      start();
      return;
    }
    var unused =
        StoreLoop.run(
                settings.store(),
                this::isGoingOn,
                transaction ->
                    tenure.renew(transaction).thenApply(mine -> new Decided<>(mine, mine)))
            .whenComplete(
                (mine, failure) -> {
                  if (failure != null) {
                    notRenewed(failure);
                  } else if (mine) {
                    start();
                  } else if (isGoingOn()) {
                    onLost.run();
                  }
                });
  }
}
