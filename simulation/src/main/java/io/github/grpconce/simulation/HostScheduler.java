package io.github.grpconce.simulation;

import com.apple.foundationdb.async.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The timer thread of a process. It ends with the process alone. */
final class HostScheduler extends AbstractExecutorService implements ScheduledExecutorService {

  private final Host host;
  private final Supplier<Duration> lateness;

  /** A timer that is right. */
  HostScheduler(Host host) {
    this(host, () -> Duration.ZERO);
  }

  /**
   * A timer that is late.
   *
   * @param lateness asked for each task
   */
  HostScheduler(Host host, Supplier<Duration> lateness) {
    this.host = host;
    this.lateness = lateness;
  }

  /** A task that is due at some time. */
  private final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final long atNanos;
    private final Cancellable event;

    Timer(Callable<V> task, long delayNanos) {
      super(task);
      this.atNanos = host.loop().nanoTime() + delayNanos;
      this.event = host.after(Duration.ofNanos(delayNanos).plus(lateness.get()), this);
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      event.cancel();
      return super.cancel(mayInterrupt);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(atNanos - host.loop().nanoTime(), TimeUnit.NANOSECONDS);
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
    return new Timer<>(callable, unit.toNanos(delay));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw notNeeded();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw notNeeded();
  }

  private static UnsupportedOperationException notNeeded() {
    return new UnsupportedOperationException("nobody has asked for repeated tasks yet");
  }

  @Override
  public void execute(Runnable command) {
    host.execute(command);
  }

  @Override
  public void shutdown() {
    host.crash();
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return !host.isUp();
  }

  @Override
  public boolean isTerminated() {
    return isShutdown();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }
}
