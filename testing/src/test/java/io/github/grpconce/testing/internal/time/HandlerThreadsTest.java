package io.github.grpconce.testing.internal.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.teststore.OnEngineOnly;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEngineOnly("virtual time")
@Timeout(60)
class HandlerThreadsTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final HandlerThreads threads = new HandlerThreads(pool, LONG);
  private final AtomicInteger done = new AtomicInteger();

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  @Test
  void tasks_areAwaitedToTheirEnd() {
    for (int round = 1; round <= 1_000; round++) {
      threads.execute(done::incrementAndGet);
      threads.awaitQuiet();
      assertEquals(round, done.get());
    }
  }

  @Test
  void tasksOfTasks_areAwaitedToo() {
    threads.execute(() -> threads.execute(() -> threads.execute(done::incrementAndGet)));
    threads.awaitQuiet();
    assertEquals(1, done.get());
  }

  /** The thread may not have run yet since: that it seems to wait means nothing. */
  @Test
  void threadThatGotWhatItWaitedFor_isAtWork() {
    for (int round = 1; round <= 1_000; round++) {
      CompletableFuture<Integer> future = new CompletableFuture<>();
      threads.execute(() -> done.addAndGet(future.join()));
      threads.awaitQuiet();
      assertEquals(round - 1, done.get());
      future.complete(1);
      threads.awaitQuiet();
      assertEquals(round, done.get());
    }
  }

  @Test
  void threadThatGotALock_isAtWork() {
    Object lock = new Object();
    for (int round = 1; round <= 1_000; round++) {
      CountDownLatch asked = new CountDownLatch(1);
      synchronized (lock) {
        threads.execute(
            () -> {
              asked.countDown();
              synchronized (lock) {
                done.incrementAndGet();
              }
            });
        assertTrue(awaits(asked));
      }
      threads.awaitQuiet();
      assertEquals(round, done.get());
    }
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void threadsThatWaitForAWaitingOnesLock_areQuiet() {
    Object lock = new Object();
    CountDownLatch end = new CountDownLatch(1);
    Runnable task =
        () -> {
          synchronized (lock) {
            assertTrue(awaits(end));
            done.incrementAndGet();
          }
        };
    threads.execute(task);
    threads.awaitQuiet();
    threads.execute(task);
    threads.awaitQuiet();
    assertEquals(0, done.get());
    end.countDown();
    threads.awaitQuiet();
    assertEquals(2, done.get());
  }

  @Test
  void threadThatWorksForTooLong_isNamed() {
    AtomicBoolean end = new AtomicBoolean();
    HandlerThreads impatient = new HandlerThreads(pool, Duration.ofMillis(1));
    impatient.execute(() -> spinUntil(end));
    AssertionError failure = assertThrows(AssertionError.class, impatient::awaitQuiet);
    end.set(true);
    assertTrue(failure.getMessage().contains("a handler is still at work"), failure::toString);
  }

  @Test
  void interruptedWait_ends() {
    Thread.currentThread().interrupt();
    assertThrows(IllegalStateException.class, threads::awaitQuiet);
    assertTrue(Thread.interrupted());
  }

  private static void spinUntil(AtomicBoolean end) {
    while (!end.get()) {
      Thread.onSpinWait();
    }
  }
}
