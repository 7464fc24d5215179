package io.github.grpconce.testing;

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

/** The timer of a process: it goes by the world's time, and ends with the process alone. */
final class HostScheduler extends AbstractExecutorService implements ScheduledExecutorService {

  private final Host host;

  HostScheduler(Host host) {
    this.host = host;
  }

  /** A task that is due at some time. */
  private final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final long atNanos;
    private final Cancellable alarm;

    Timer(Callable<V> task, long delayNanos) {
      super(task);
      this.atNanos = host.time().nanoTime() + delayNanos;
      this.alarm = host.after(Duration.ofNanos(delayNanos), this);
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      alarm.cancel();
      return super.cancel(mayInterrupt);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(atNanos - host.time().nanoTime(), TimeUnit.NANOSECONDS);
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
    return new UnsupportedOperationException("the guard never asks for this");
  }

  @Override
  public void execute(Runnable command) {
    host.pass(command);
  }

  @Override
  public void shutdown() {
    throw notNeeded();
  }

  @Override
  public List<Runnable> shutdownNow() {
    throw notNeeded();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    throw notNeeded();
  }
}
