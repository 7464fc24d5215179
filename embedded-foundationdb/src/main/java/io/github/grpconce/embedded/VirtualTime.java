package io.github.grpconce.embedded;

import com.apple.foundationdb.async.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when it is told to, and an executor whose tasks run only then: what makes a
 * test with one thread deterministic and as fast as it can be.
 *
 * <p>Tasks may be handed in from any thread. They run in the thread that calls {@link #advance},
 * {@link #runReady} or {@link #join}, in the order of their times, first come first served.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * Database db = EmbeddedDatabase.newBuilder().timeline(time).executor(time).build();
 * time.join(db.runAsync(tr -> tr.get(key)));
 * time.advance(Duration.ofSeconds(6)); // everything read until now is too old
 * }</pre>
 */
public final class VirtualTime implements Timeline, Executor {
  private final Queue<Runnable> ready = new ArrayDeque<>();
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
  public synchronized Cancellable schedule(Duration delay, Runnable task) {
    Alarm alarm = new Alarm(nanos + Math.max(0, delay.toNanos()), alarmsEver++, task);
    alarms.add(alarm);
    return () -> remove(alarm);
  }

  private synchronized void remove(Alarm alarm) {
    alarms.remove(alarm);
  }

  @Override
  public synchronized void execute(Runnable task) {
    ready.add(task);
  }

  /**
   * Lets this much time pass, running everything that falls due on the way, its last moment
   * included.
   *
   * <p>What a task of that moment causes is run, too, but not what it schedules for later: a
   * transaction that conflicts then is tried again after its back-off, some milliseconds on.
   */
  public void advance(Duration duration) {
    long until = nanoTime() + duration.toNanos();
    runReady();
    while (passTo(until)) {
      runReady();
    }
    synchronized (this) {
      nanos = Math.max(nanos, until); // a task may have let more time pass
    }
  }

  /**
   * Runs what is due now, and what that causes, until nothing is left to do without time passing.
   */
  public void runReady() {
    for (Runnable task = nextReady(); task != null; task = nextReady()) {
      task.run();
    }
  }

  /**
   * The future's outcome, letting time pass as far as it takes.
   *
   * @throws IllegalStateException if nothing is left that could complete it
   * @throws java.util.concurrent.CompletionException if it fails
   */
  public <T extends @Nullable Object> T join(CompletableFuture<T> future) {
    runReady();
    while (!future.isDone()) {
      if (!passTo(Long.MAX_VALUE)) {
        throw new IllegalStateException("nothing is left that could complete " + future);
      }
      runReady();
    }
    return future.join();
  }

  /** How many scheduled tasks have not begun: none when nothing is left to wait for. */
  public synchronized int waiting() {
    return alarms.size();
  }

  /**
   * Lets time pass to the next scheduled task, and takes it instead of running it: for whoever has
   * such tasks run by threads of their own. What was handed in to be executed stays.
   *
   * @param within how much time may pass
   * @return empty if nothing falls due in that time, which then has passed
   */
  public synchronized Optional<Runnable> takeNext(Duration within) {
    long limit = nanos + within.toNanos();
    if (passTo(limit)) {
      return Optional.ofNullable(nextDue());
    }
    nanos = Math.max(nanos, limit);
    return Optional.empty();
  }

  private synchronized @Nullable Runnable nextReady() {
    Runnable task = ready.poll();
    return task == null ? nextDue() : task;
  }

  private synchronized @Nullable Runnable nextDue() {
    Alarm alarm = alarms.peek();
    if (alarm == null || alarm.at > nanos) {
      return null;
    }
    alarms.remove(alarm);
    return alarm.task;
  }

  /** Moves the time to the next alarm, if there is one up to the given instant. */
  private synchronized boolean passTo(long limit) {
    Alarm alarm = alarms.peek();
    if (alarm == null || alarm.at > limit) {
      return false;
    }
    nanos = Math.max(nanos, alarm.at);
    return true;
  }
}
