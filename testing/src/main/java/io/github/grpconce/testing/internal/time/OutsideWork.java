package io.github.grpconce.testing.internal.time;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Work that handlers leave to threads that nobody here knows of. It takes real time, in which a
 * world's own must not pass. Whether there is any is learned from a call to which nothing happens:
 * it never needs the world's time.
 */
public final class OutsideWork {

  private static final Duration BETWEEN_LOOKS = Duration.ofNanos(100_000);

  /** How much longer than when nothing went wrong such work may take. */
  private static final int FACTOR = 10;

  private static final Duration SHORTEST_LIMIT = Duration.ofMillis(50);

  private Duration limit;
  private Duration longest = Duration.ZERO;
  private boolean learned;

  /**
   * Begins to learn.
   *
   * @param limit how long such work may take at the first call
   */
  public OutsideWork(Duration limit) {
    this.limit = limit;
  }

  /** Takes what was seen until now for all that there is. */
  public void learned() {
    learned = true;
    Duration estimate = longest.multipliedBy(FACTOR);
    limit = longest.isZero() || estimate.compareTo(SHORTEST_LIMIT) > 0 ? estimate : SHORTEST_LIMIT;
  }

  /** Begins to wait for a condition. */
  public Wait begin(BooleanSupplier condition, IntSupplier steps) {
    return new Wait(condition, steps);
  }

  /** Waits for something of which nothing can be seen until it is done. */
  public final class Wait {
    private final BooleanSupplier condition;
    private final IntSupplier steps;
    private boolean vain;

    private Wait(BooleanSupplier condition, IntSupplier steps) {
      this.condition = condition;
      this.steps = steps;
    }

    /** Returns whether something has happened in the time that it may take. */
    public boolean goesOn() {
      if (vain || limit.isZero()) {
        return false;
      }
      int before = steps.getAsInt();
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < limit.toNanos()) {
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        if (condition.getAsBoolean() || steps.getAsInt() != before) {
          Duration taken = Duration.ofNanos(System.nanoTime() - begun);
          longest = taken.compareTo(longest) > 0 ? taken : longest;
          return true;
        }
      }
      vain = true;
      if (!learned) {
        // It waits for nothing that will come: another wait would be as vain.
        limit = Duration.ZERO;
      }
      return false;
    }
  }
}
