package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads do. */
public final class Wait {

  /** So long that only what never happens takes it. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(1);

  private Wait() {}

  /** Returns when the condition holds; fails if it never does, or nobody waits for it any more. */
  public static void until(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        fail("the condition does not come true");
      }
      if (Thread.currentThread().isInterrupted()) {
        fail("interrupted");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
