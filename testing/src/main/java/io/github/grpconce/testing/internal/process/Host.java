package io.github.grpconce.testing.internal.process;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.Timeline;
import io.github.grpconce.embedded.TimelineScheduler;
import io.github.grpconce.testing.internal.link.StoreTrouble;
import io.github.grpconce.testing.internal.time.WorldTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One life of a server process: all that goes into it or out of it passes here, later if it stands
 * still, and never any more when it has died.
 *
 * <p>Its threads can't be killed: they wait for answers that don't come, until the world is over.
 * Thread-safe.
 */
public final class Host implements Timeline {

  private enum State {
    STARTING,
    RUNNING,
    STANDING_STILL,
    DEAD,
    OVER
  }

  private final String name;
  private final WorldTime time;
  private final List<Runnable> held = new ArrayList<>();
  private final List<CompletableFuture<?>> promises = new ArrayList<>();
  private State state = State.STARTING;

  public Host(String name, WorldTime time) {
    this.name = name;
    this.time = time;
  }

  public String name() {
    return name;
  }

  public WorldTime time() {
    return time;
  }

  /** Returns its timer, which ends with it alone. */
  public ScheduledExecutorService timer() {
    return new TimelineScheduler(this, this::pass);
  }

  @Override
  public long nanoTime() {
    return time.nanoTime();
  }

  /** Whether it serves calls, so that something can befall it. */
  public synchronized boolean isRunning() {
    return state == State.RUNNING;
  }

  /** It has been started: nothing went wrong until now. */
  public synchronized void started() {
    state = State.RUNNING;
  }

  /** Lets something go in or out. */
  public void pass(Runnable event) {
    synchronized (this) {
      if (state == State.STANDING_STILL) {
        held.add(event);
      }
      if (state != State.RUNNING && state != State.STARTING) {
        return;
      }
    }
    event.run();
  }

  /** Lets something in after a time. */
  @Override
  public Cancellable schedule(Duration delay, Runnable event) {
    return time.schedule(delay, () -> pass(event));
  }

  /** Returns a future for something inside to wait for. It fails when the world is over. */
  public synchronized <T> CompletableFuture<T> promise() {
    CompletableFuture<T> promise = new CompletableFuture<>();
    if (state == State.OVER) {
      promise.completeExceptionally(gone());
    } else {
      promises.removeIf(CompletableFuture::isDone);
      promises.add(promise);
    }
    return promise;
  }

  /** Tells the inside what has come of something outside. */
  public <T> void pass(CompletableFuture<T> there, CompletableFuture<T> here) {
    var unused = there.whenComplete((value, failure) -> pass(() -> complete(here, value, failure)));
  }

  private static <T> void complete(
      CompletableFuture<T> here, T value, @Nullable Throwable failure) {
    if (failure == null) {
      here.complete(value);
    } else {
      here.completeExceptionally(failure);
    }
  }

  /** Stops the process, as SIGSTOP does. */
  public synchronized void standStill() {
    if (state == State.RUNNING) {
      state = State.STANDING_STILL;
    }
  }

  /**
   * Continues it.
   *
   * @return what came to it, or wanted to go out, meanwhile: to be done now, in this order
   */
  public synchronized List<Runnable> goOn() {
    if (state == State.STANDING_STILL) {
      state = State.RUNNING;
    }
    List<Runnable> due = List.copyOf(held);
    held.clear();
    return due;
  }

  /** Ends it, as SIGKILL does. */
  public synchronized void die() {
    if (state != State.OVER) {
      state = State.DEAD;
      held.clear();
    }
  }

  /** What the last threads of a dead server get to hear, so that they end. */
  private static StoreTrouble gone() {
    return new StoreTrouble(StoreTrouble.OPERATION_CANCELLED);
  }

  /** Frees its threads, each in another of them: nothing that they do counts any more. */
  public void dispose(Executor threads) {
    List<CompletableFuture<?>> broken;
    synchronized (this) {
      state = State.OVER;
      held.clear();
      broken = List.copyOf(promises);
      promises.clear();
    }
    broken.forEach(promise -> threads.execute(() -> promise.completeExceptionally(gone())));
  }
}
