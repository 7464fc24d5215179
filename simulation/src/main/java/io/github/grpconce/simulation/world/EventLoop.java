package io.github.grpconce.simulation.world;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.Timeline;
import io.github.grpconce.embedded.VirtualTime;
import io.grpc.Deadline;
import java.time.Duration;
import java.time.Instant;

/**
 * The one thread of a run, and its time, which passes only from one event to the next.
 *
 * <p>Events of the same instant happen in the order in which they were scheduled.
 */
public final class EventLoop extends Deadline.Ticker implements Timeline {

  private static final Duration BEFORE_NEXT_BUCKET = Duration.ofSeconds(15);

  /**
   * How long a run waits, with nothing going on, before it begins: until shortly before the next
   * bucket of opaque records begins (FoundationDB's versions >> 30), so that a sweeper soon has
   * something to clear.
   */
  public static final Duration QUIET =
      Duration.ofNanos((1L << 30) * 1_000).minus(BEFORE_NEXT_BUCKET);

  /** The next bucket of time-bearing records (their milliseconds >> 20) begins then, too. */
  private static final Instant BEGINNING =
      Instant.ofEpochMilli(1_805_741L << 20).minus(BEFORE_NEXT_BUCKET).minus(QUIET);

  private final VirtualTime time = new VirtualTime();

  @Override
  public long nanoTime() {
    return time.nanoTime();
  }

  /** Returns how much time has passed. */
  public Duration elapsed() {
    return Duration.ofNanos(nanoTime());
  }

  /** Returns what a right clock shows. */
  public Instant now() {
    return BEGINNING.plusNanos(nanoTime());
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    return time.schedule(delay, task);
  }

  /** Returns what runs its tasks here, and lets whoever blocks on one do what is due. */
  public VirtualTime executor() {
    return time;
  }

  /** Lets everything happen that does within this time. */
  public void runFor(Duration duration) {
    time.advance(duration);
  }
}
