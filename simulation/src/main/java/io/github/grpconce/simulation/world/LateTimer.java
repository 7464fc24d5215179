package io.github.grpconce.simulation.world;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.Timeline;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The time of a process whose timer is late.
 *
 * @param lateness asked for each task
 */
public record LateTimer(Host host, Supplier<Duration> lateness) implements Timeline {

  @Override
  public long nanoTime() {
    return host.nanoTime();
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    return host.schedule(delay.plus(lateness.get()), task);
  }
}
