package io.github.grpconce.simulation.world;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.Timeline;
import io.github.grpconce.embedded.TimelineScheduler;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A process from its start to its end: everything that its code does is an event here, and nothing
 * happens any more once it has crashed.
 */
public final class Host implements Executor, Timeline {

  /** Tasks that are handed to an executor at the same time overtake each other within this. */
  private static final Duration JITTER = Duration.ofNanos(50_000);

  /** What may befall a process before each step. */
  public interface Mishaps {
    void beforeStepOf(Host host);
  }

  private final String name;
  private final EventLoop loop;
  private final Chance chance;
  private final Mishaps mishaps;
  private boolean up = true;
  private long pausedUntilNanos;

  public Host(String name, EventLoop loop, Chance chance, Mishaps mishaps) {
    this.name = name;
    this.loop = loop;
    this.chance = chance;
    this.mishaps = mishaps;
  }

  public String name() {
    return name;
  }

  public EventLoop loop() {
    return loop;
  }

  public boolean isUp() {
    return up;
  }

  /** Returns its timer, which ends with it alone. */
  public ScheduledExecutorService timer() {
    return new TimelineScheduler(this, this);
  }

  @Override
  public long nanoTime() {
    return loop.nanoTime();
  }

  /** Ends the process as SIGKILL does. */
  public void crash() {
    up = false;
  }

  /** Stops the process as SIGSTOP does, until it is continued: all that is due then is late. */
  public void pause(Duration duration) {
    pausedUntilNanos = Math.max(pausedUntilNanos, loop.nanoTime() + duration.toNanos());
  }

  @Override
  public void execute(Runnable task) {
    schedule(chance.upTo(JITTER), task);
  }

  /** Runs a task in this process, unless it has crashed by then. */
  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    return loop.schedule(delay, () -> run(task));
  }

  private void run(Runnable task) {
    if (up && !isPaused()) {
      mishaps.beforeStepOf(this);
    }
    if (up && isPaused()) {
      loop.schedule(Duration.ofNanos(pausedUntilNanos - loop.nanoTime()), () -> run(task));
    } else if (up) {
      task.run();
    }
  }

  private boolean isPaused() {
    return pausedUntilNanos > loop.nanoTime();
  }
}
