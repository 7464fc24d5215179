package io.github.grpconce.embedded;

import com.apple.foundationdb.async.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A timeline as a scheduler: whatever keeps its time limits by one can live in the same {@link
 * VirtualTime} as its database.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * Database db = EmbeddedDatabase.newBuilder().timeline(time).executor(time).build();
 * ScheduledExecutorService scheduler = new TimelineScheduler(time, time);
 * }</pre>
 *
 * <p>What is scheduled runs once, where the timeline runs it; there are no repeated tasks. It has
 * no threads of its own and can't be shut down: it ends with its timeline. Thread-safe.
 */
public final class TimelineScheduler extends AbstractExecutorService
    implements ScheduledExecutorService {

  private final Timeline timeline;
  private final Executor executor;

  /**
   * Makes a scheduler.
   *
   * @param executor runs what is to be done at once
   */
  public TimelineScheduler(Timeline timeline, Executor executor) {
    this.timeline = timeline;
    this.executor = executor;
  }

  /** A task that is due at some time. */
  private final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final long dueNanos;
    private final Cancellable alarm;

    Timer(Callable<V> task, Duration delay) {
      super(task);
      this.dueNanos = timeline.nanoTime() + delay.toNanos();
      this.alarm = timeline.schedule(delay, this);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      alarm.cancel();
      return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - timeline.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return schedule(Executors.callable(command), delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return new Timer<>(callable, Duration.ofNanos(unit.toNanos(delay)));
  }

  /**
   * Not supported.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException("there are no repeated tasks");
  }

  /**
   * Not supported.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("there are no repeated tasks");
  }

  @Override
  public void execute(Runnable command) {
    executor.execute(command);
  }

  /**
   * Not supported.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void shutdown() {
    throw endless();
  }

  /**
   * Not supported.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public List<Runnable> shutdownNow() {
    throw endless();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  /**
   * Not supported.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    throw endless();
  }

  private static UnsupportedOperationException endless() {
    return new UnsupportedOperationException("a timeline's scheduler ends with its timeline");
  }
}
