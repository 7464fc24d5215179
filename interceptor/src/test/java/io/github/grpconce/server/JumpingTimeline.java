package io.github.grpconce.server;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.Timeline;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Real time that can jump forward, for tests with real threads. */
final class JumpingTimeline implements Timeline, AutoCloseable {

  private final AtomicLong aheadNanos = new AtomicLong();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  void jump(Duration ahead) {
    aheadNanos.addAndGet(ahead.toNanos());
  }

  long aheadNanos() {
    return aheadNanos.get();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime() + aheadNanos.get();
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    Future<?> scheduled = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
