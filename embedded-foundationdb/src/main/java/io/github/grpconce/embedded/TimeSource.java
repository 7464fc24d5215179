package io.github.grpconce.embedded;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.internal.runtime.Clock;
import io.github.grpconce.embedded.internal.runtime.NetworkThread;
import io.github.grpconce.embedded.internal.runtime.SystemClock;
import io.github.grpconce.embedded.internal.runtime.Threadless;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where a database has its time from. Whoever gives the time gives the thread, too, that hands
 * futures over to their executors: with virtual time a run has but one.
 *
 * @param network hands futures over, never in the asking thread
 * @param stop ends the threads that the time needs
 */
record TimeSource(Clock clock, Executor network, Runnable stop) {
  /** Real time, with threads of its own. */
  static TimeSource system() {
    SystemClock clock = new SystemClock();
    return new TimeSource(clock, new NetworkThread(), clock::close);
  }

  static TimeSource of(Timeline timeline) {
    Executor network =
        timeline instanceof VirtualTime time
            ? time
            : task -> timeline.schedule(Duration.ZERO, task);
    return new TimeSource(new TimelineClock(timeline), network, () -> {});
  }

  private record TimelineClock(Timeline timeline) implements Clock {
    @Override
    public long nanoTime() {
      return timeline.nanoTime();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
      return timeline.schedule(delay, task);
    }
  }

  /** What has no threads among the executors that transactions can be given. */
  static @Nullable Threadless threadless(Executor executor) {
    return executor instanceof VirtualTime time ? new InVirtualTime(time) : null;
  }

  private record InVirtualTime(VirtualTime time) implements Threadless {
    @Override
    public void runReady() {
      time.runReady();
    }

    @Override
    public void await(CompletableFuture<?> future) {
      var unused = time.join(future);
    }
  }
}
