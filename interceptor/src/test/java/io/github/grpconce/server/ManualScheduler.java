package io.github.grpconce.server;

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
  private final ScheduledExecutorService service = new TimelineScheduler(time, time);
  private final Deadline.Ticker ticker = new Ticker();

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
