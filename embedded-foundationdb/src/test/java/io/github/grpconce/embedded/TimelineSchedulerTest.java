package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A scheduler that goes by virtual time. */
final class TimelineSchedulerTest {
  private final VirtualTime time = new VirtualTime();
  private final ScheduledExecutorService scheduler = new TimelineScheduler(time, time);

  @Test
  void schedule_runsTheTaskWhenItIsDue() throws Exception {
    List<String> done = new ArrayList<>();
    Runnable task = () -> done.add("done");
    ScheduledFuture<?> note = scheduler.schedule(task, 2, TimeUnit.SECONDS);
    ScheduledFuture<Integer> answer = scheduler.schedule(() -> 42, 3, TimeUnit.SECONDS);
    assertTrue(note.compareTo(answer) < 0);

    time.advance(Duration.ofMillis(1_999));
    assertFalse(note.isDone());
    assertEquals(1, note.getDelay(TimeUnit.MILLISECONDS));
    time.advance(Duration.ofMillis(1));
    assertTrue(note.isDone());
    assertEquals(List.of("done"), done);

    time.advance(Duration.ofSeconds(1));
    assertEquals(42, answer.get());
  }

  @Test
  void cancel_takesTheTaskBack() {
    List<String> done = new ArrayList<>();
    ScheduledFuture<?> future = scheduler.schedule(() -> done.add("done"), 1, TimeUnit.SECONDS);

    assertTrue(future.cancel(false));
    assertEquals(0, time.waiting());
    assertFalse(future.cancel(false));
    time.advance(Duration.ofSeconds(1));

    assertTrue(future.isCancelled());
    assertEquals(List.of(), done);
  }

  @Test
  void execute_leavesTheTaskToTheExecutor() throws Exception {
    var answer = scheduler.submit(() -> 42);
    assertFalse(answer.isDone());

    time.runReady();

    assertEquals(42, answer.get());
  }

  @Test
  void whatItCanNotDo_isRefused() {
    assertThrows(
        UnsupportedOperationException.class,
        () -> scheduler.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.SECONDS));
    assertThrows(
        UnsupportedOperationException.class,
        () -> scheduler.scheduleWithFixedDelay(() -> {}, 1, 1, TimeUnit.SECONDS));
    assertThrows(UnsupportedOperationException.class, scheduler::shutdown);
    assertThrows(UnsupportedOperationException.class, scheduler::shutdownNow);
    assertThrows(
        UnsupportedOperationException.class, () -> scheduler.awaitTermination(1, TimeUnit.SECONDS));
    assertFalse(scheduler.isShutdown());
    assertFalse(scheduler.isTerminated());
  }
}
