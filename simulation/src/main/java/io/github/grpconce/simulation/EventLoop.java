package io.github.grpconce.simulation;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.Timeline;
import io.grpc.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The one thread of a run, and its time, which passes only from one event to the next.
 *
 * <p>Events of the same instant happen in the order in which they were scheduled.
 */
final class EventLoop extends Deadline.Ticker implements Timeline {

  private static final Duration BEFORE_NEXT_BUCKET = Duration.ofSeconds(15);

  /**
   * How long a run waits, with nothing going on, before it begins: until shortly before the next
   * bucket of opaque records begins (FoundationDB's versions >> 30), so that a sweeper soon has
   * something to clear.
   */
  static final Duration QUIET = Duration.ofNanos((1L << 30) * 1_000).minus(BEFORE_NEXT_BUCKET);

  /** The next bucket of time-bearing records (their milliseconds >> 20) begins then, too. */
  private static final Instant BEGINNING =
      Instant.ofEpochMilli(1_805_741L << 20).minus(BEFORE_NEXT_BUCKET).minus(QUIET);

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong((Event event) -> event.at)
              .thenComparingLong(event -> event.order));
  private long nanos;
  private long scheduled;

  /** Something that will happen, unless it is taken back. */
  private static final class Event implements Cancellable {
    final long at;
    final long order;
    final Runnable task;
    boolean cancelled;

    Event(long at, long order, Runnable task) {
      this.at = at;
      this.order = order;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  /** Returns how much time has passed. */
  Duration elapsed() {
    return Duration.ofNanos(nanos);
  }

  /** Returns what a right clock shows. */
  Instant now() {
    return BEGINNING.plusNanos(nanos);
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    Event event = new Event(nanos + Math.max(0, delay.toNanos()), scheduled++, task);
    events.add(event);
    return event;
  }

  /** Lets everything happen that does within this time. */
  void runFor(Duration time) {
    long end = nanos + time.toNanos();
    for (Event next = events.peek(); next != null && next.at <= end; next = events.peek()) {
      events.remove();
      if (!next.cancelled) {
        nanos = next.at;
        next.task.run();
      }
    }
    nanos = Math.max(nanos, end);
  }
}
