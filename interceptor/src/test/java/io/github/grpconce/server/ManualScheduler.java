package io.github.grpconce.server;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.Timeline;
import io.github.grpconce.embedded.TimelineScheduler;
import io.github.grpconce.embedded.VirtualTime;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One server's own time, which passes only when it is told to: for its limits and its deadlines.
 */
public final class ManualScheduler {

  private final VirtualTime time = new VirtualTime();
  private final ScheduledExecutorService service;
  private final Deadline.Ticker ticker = new Ticker();

  public ManualScheduler() {
    this(() -> {});
  }

  /**
   * Makes one.
   *
   * @param settle follows each task: lets the store answer, say
   */
  ManualScheduler(Runnable settle) {
    service = new TimelineScheduler(new Settling(time, settle), time);
  }

  private record Settling(VirtualTime time, Runnable settle) implements Timeline {

    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
      return time.schedule(
          delay,
          () -> {
            task.run();
            settle.run();
          });
    }
  }

  private final class Ticker extends Deadline.Ticker {

    @Override
    public long nanoTime() {
      return time.nanoTime();
    }
  }

  /** This time, for whoever keeps limits. */
  public ScheduledExecutorService service() {
    return service;
  }

  /** This time, for deadlines. */
  public Deadline.Ticker ticker() {
    return ticker;
  }

  /** Lets time pass, and runs what is due, in the caller's thread. */
  void advance(Duration duration) {
    time.advance(duration);
  }

  /** How many tasks wait for their time. */
  int waiting() {
    return time.waiting();
  }
}
