package io.github.grpconce.internal.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose failure it is when a handler's code is run with what was captured. */
class HandlerThreadsTest {

  private final List<Throwable> told = new ArrayList<>();
  private int runs;

  private HandlerThreads threads(UnaryOperator<Runnable> captured) {
    HandlerThreads threads = new HandlerThreads(Runnable::run, captured);
    threads.onBrokenCapture(told::add);
    return threads;
  }

  @Test
  void failureOfTheHandlersCode_isItsOwn() {
    IllegalStateException own = new IllegalStateException("of the handler");

    assertSame(
        own,
        assertThrows(
            IllegalStateException.class,
            () ->
                threads(UnaryOperator.identity())
                    .run(
                        () -> {
                          throw own;
                        })));
    assertEquals(List.of(), told);
  }

  /** Who has begun it would wait for ever. */
  @Test
  void continuationThatNoThreadTakes_isSaidToBeRejected() {
    HandlerThreads threads =
        new HandlerThreads(
            task -> {
              throw new RejectedExecutionException();
            },
            UnaryOperator.identity());

    assertThrows(RejectedExecutionException.class, () -> threads.executeContinuation(() -> runs++));
    assertEquals(0, runs);
  }

  static Stream<Named<UnaryOperator<Runnable>>> brokenWrappers() {
    return Stream.of(
        Named.of("runs nothing", task -> () -> {}),
        Named.of("runs it, and then fails", task -> () -> runThenFail(task)),
        Named.of("runs it twice, and then fails", task -> () -> runTwiceThenFail(task)));
  }

  private static void runThenFail(Runnable task) {
    task.run();
    throw new IllegalStateException("broken");
  }

  private static void runTwiceThenFail(Runnable task) {
    task.run();
    runThenFail(task);
  }

  /** Somebody may wait for it. */
  @ParameterizedTest
  @MethodSource("brokenWrappers")
  void whateverAWrapperDoes_theHandlersCodeRunsOnce_andTheFailureIsTold(
      UnaryOperator<Runnable> wrapper) {
    threads(wrapper).run(() -> runs++);

    assertEquals(1, runs);
    assertEquals(1, told.size());
  }
}
