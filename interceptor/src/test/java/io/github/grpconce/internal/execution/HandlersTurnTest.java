package io.github.grpconce.internal.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who runs a handler whose turn comes late. */
@Timeout(60)
class HandlersTurnTest {

  private static final Duration LONGEST_QUEUE = Duration.ofMillis(250);

  private final Queue<Runnable> queue = new ArrayDeque<>();
  private final List<String> run = new ArrayList<>();
  private long nanos;

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private Runnable noted(String what) {
    return () -> run.add(what);
  }

  @Test
  void threadThatComesInTime_starts() {
    HandlersTurn turn = new HandlersTurn(queue::add, () -> nanos);
    turn.take(noted("start"), noted("again"));
    pass(LONGEST_QUEUE);
    queue.remove().run();

    assertEquals(List.of("start"), run);
  }

  @Test
  void threadThatComesLate_waitsForSomethingFresh_whichNeedNotQueue() {
    HandlersTurn turn = new HandlersTurn(queue::add, () -> nanos);
    turn.take(noted("stale"), () -> turn.take(noted("fresh"), noted("again")));
    pass(LONGEST_QUEUE.plusNanos(1));
    queue.remove().run();

    assertEquals(List.of("fresh"), run);
    assertEquals(0, queue.size());
  }

  @Test
  void threadThatNobodyNeedsAnyMore_takesNothing() {
    HandlersTurn turn = new HandlersTurn(queue::add, () -> nanos);
    turn.take(
        noted("stale"),
        () -> {
          turn.end();
          turn.take(noted("fresh"), noted("again"));
        });
    pass(LONGEST_QUEUE.plusNanos(1));
    queue.remove().run();

    assertEquals(List.of(), run);
    assertEquals(1, queue.size());
  }

  /** It may be the one that the store's answers come by. */
  @Test
  void threadThatRunsItsTasksAtOnce_neverWaits() {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    HandlersTurn turn =
        new HandlersTurn(
            task -> {
              pass(run.isEmpty() ? LONGEST_QUEUE.plusNanos(1) : Duration.ZERO);
              task.run();
            },
            () -> nanos);
    List<Thread> other = new ArrayList<>();
    turn.take(
        noted("stale"),
        () -> {
          run.add("again");
          other.add(
              new Thread(
                  () -> turn.take(() -> ran.complete(Thread.currentThread()), noted("late"))));
          other.get(0).start();
          joined(other.get(0));
        });

    assertSame(other.get(0), ran.join());
    assertEquals(List.of("again"), run);
  }

  private static void joined(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
