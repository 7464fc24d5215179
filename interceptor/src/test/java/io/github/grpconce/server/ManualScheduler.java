package io.github.grpconce.server;

import io.grpc.Deadline;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A scheduler whose time passes only when it is told to. */
final class ManualScheduler extends AbstractExecutorService implements ScheduledExecutorService {

  private final PriorityQueue<Task<?>> tasks =
      new PriorityQueue<>(Comparator.comparingLong(task -> task.at));
  private final Deadline.Ticker ticker = new Ticker();
  private long now;

  private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
    private final long at;

    Task(Callable<V> callable, long at) {
      super(callable);
      this.at = at;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      remove(this);
      return super.cancel(mayInterrupt);
    }

    @Override
    public boolean isPeriodic() {
      return false;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - now(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /** Lets time pass, and runs what is due, in the caller's thread. */
  void advance(Duration duration) {
    long until = now() + duration.toNanos();
    for (Task<?> task = nextUntil(until); task != null; task = nextUntil(until)) {
      task.run();
    }
    setNow(until);
  }

  /** This time, for deadlines. */
  Deadline.Ticker ticker() {
    return ticker;
  }

  private final class Ticker extends Deadline.Ticker {

    @Override
    public long nanoTime() {
      return now();
    }
  }

  /** How many tasks wait for their time. */
  synchronized int waiting() {
    return tasks.size();
  }

  private synchronized long now() {
    return now;
  }

  private synchronized void setNow(long time) {
    now = time;
  }

  private synchronized Task<?> nextUntil(long until) {
    Task<?> task = tasks.peek();
    if (task == null || task.at > until) {
      return null;
    }
    now = Math.max(now, task.at);
    return tasks.poll();
  }

  private synchronized void remove(Task<?> task) {
    tasks.remove(task);
  }

  @Override
  public synchronized <V> ScheduledFuture<V> schedule(
      Callable<V> callable, long delay, TimeUnit unit) {
    Task<V> task = new Task<>(callable, now + unit.toNanos(delay));
    tasks.add(task);
    return task;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return schedule(
        () -> {
          command.run();
          return null;
        },
        delay,
        unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void execute(Runnable command) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
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
    return true;
  }
}
