package io.github.grpconce.internal.execution;

import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.method.Settings;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has it logged, once, that a handler has not answered for long: nobody else may notice one that
 * has forgotten to. Thread-safe.
 */
final class Reminder {

  private final Settings settings;
  private final String method;
  private final BooleanSupplier unanswered;
  private @Nullable Future<?> timer;

  /**
   * Makes a reminder.
   *
   * @param unanswered whether the handler could answer and has not
   */
  Reminder(Settings settings, String method, BooleanSupplier unanswered) {
    this.settings = settings;
    this.method = method;
    this.unanswered = unanswered;
  }

  /** Begins to wait, unless there is nothing to wait for any more. */
  synchronized void start() {
    if (unanswered.getAsBoolean()) {
      long nanos = settings.limits().warnUnansweredAfter().toNanos();
      timer = settings.scheduler().schedule(this::remind, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Ends; after whatever it waits for has happened. */
  synchronized void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void remind() {
    if (unanswered.getAsBoolean()) {
      Duration after = settings.limits().warnUnansweredAfter();
      settings.log().say(LogLine.UNANSWERED, method, method, after.toMillis() / 1_000.0);
    }
  }
}
