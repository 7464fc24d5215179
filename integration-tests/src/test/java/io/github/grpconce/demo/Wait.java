package io.github.grpconce.demo;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do. */
public final class Wait {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Wait() {}

  /**
   * Returns when the condition holds.
   *
   * @param limit so long that only what never happens takes it: then this fails
   */
  public static void until(String condition, Duration limit, Callable<Boolean> holds)
      throws Exception {
    long start = System.nanoTime();
    while (!holds.call()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        fail("after " + limit.toSeconds() + " s it still does not hold that " + condition);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
