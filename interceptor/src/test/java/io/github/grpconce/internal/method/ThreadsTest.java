package io.github.grpconce.internal.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The threads that nobody has to shut down. */
class ThreadsTest {

  /** Whoever starts them: threads are made as the thread is that makes them. */
  @Test
  void threads_keepNoProcessAlive() throws InterruptedException {
    Queue<Boolean> daemons = new ConcurrentLinkedQueue<>();
    Thread main =
        new Thread(
            () ->
                Stream.of(Threads.forHandlers(), Threads.forTimeLimits())
                    .map(
                        threads ->
                            CompletableFuture.supplyAsync(
                                () -> Thread.currentThread().isDaemon(), threads))
                    .forEach(daemon -> daemons.add(daemon.join())));
    main.setDaemon(false);

    main.start();
    main.join();

    assertEquals(List.of(true, true), List.copyOf(daemons));
  }

  /** What a call's thread holds would be seen by all calls that come later. */
  @Test
  void threads_inheritNothing() {
    InheritableThreadLocal<String> callers = new InheritableThreadLocal<>();
    callers.set("the first caller's");

    assertNull(CompletableFuture.supplyAsync(callers::get, Threads.forHandlers()).join());
    assertNull(CompletableFuture.supplyAsync(callers::get, Threads.forTimeLimits()).join());
  }

  @Test
  void timersThread_endsWhenItIsIdle() {
    ThreadPoolExecutor limits = (ThreadPoolExecutor) Threads.forTimeLimits();

    assertTrue(limits.allowsCoreThreadTimeOut());
  }

  /** Most calls are answered long before their limits, which must not be kept until then. */
  @Test
  void limitThatIsTakenBack_isNotKept() {
    ScheduledExecutorService limits = Threads.forTimeLimits();

    limits.schedule(() -> {}, 1, TimeUnit.DAYS).cancel(false);

    assertEquals(List.of(), limits.shutdownNow());
  }
}
