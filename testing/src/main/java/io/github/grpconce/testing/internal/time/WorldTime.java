package io.github.grpconce.testing.internal.time;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.Timeline;
import io.github.grpconce.embedded.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The time of a world, which passes only from one thing that is due to the next. Thread-safe. */
public final class WorldTime implements Timeline, InstantSource {

  /** The same in every run, and so are the request IDs that bear it. */
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  private final VirtualTime time = new VirtualTime();

  @Override
  public long nanoTime() {
    return time.nanoTime();
  }

  @Override
  public Instant instant() {
    return BEGINNING.plusNanos(nanoTime());
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    return time.schedule(delay, task);
  }

  /**
   * Lets time pass to the next thing that is due.
   *
   * @return what that is; empty if nothing is due until the limit, and then it is as late as that
   */
  public Optional<Runnable> passToNext(long limitNanos) {
    return time.takeNext(Duration.ofNanos(limitNanos - nanoTime()));
  }
}
