package io.github.grpconce.testing;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/** The time of a world, which passes only from one thing that is due to the next. Thread-safe. */
final class WorldTime implements Timeline, InstantSource {

  /** The same in every run, and so are the request IDs that bear it. */
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(
          Comparator.comparingLong((Alarm alarm) -> alarm.at)
              .thenComparingLong(alarm -> alarm.order));
  private long nanos;
  private long alarmsEver;

  private record Alarm(long at, long order, Runnable task) {}

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public Instant instant() {
    return BEGINNING.plusNanos(nanoTime());
  }

  @Override
  public synchronized Cancellable schedule(Duration delay, Runnable task) {
    Alarm alarm = new Alarm(nanos + Math.max(0, delay.toNanos()), alarmsEver++, task);
    alarms.add(alarm);
    return () -> remove(alarm);
  }

  private synchronized void remove(Alarm alarm) {
    alarms.remove(alarm);
  }

  /**
   * Lets time pass to the next thing that is due.
   *
   * @return what that is; empty if nothing is due until the limit, and then it is as late as that
   */
  synchronized Optional<Runnable> passToNext(long limitNanos) {
    Alarm next = alarms.peek();
    if (next == null || next.at > limitNanos) {
      nanos = Math.max(nanos, limitNanos);
      return Optional.empty();
    }
    alarms.remove(next);
    nanos = Math.max(nanos, next.at);
    return Optional.of(next.task);
  }
}
