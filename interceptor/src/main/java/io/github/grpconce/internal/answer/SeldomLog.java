package io.github.grpconce.internal.answer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.logging.Logger;

/**
 * What a server tells its operators: each line at most once in its pause, a minute mostly, for each
 * subject, so that what happens a thousand times in a row doesn't hide what else is said. A line
 * has neither IDs nor anything of what is stored or sent. Thread-safe.
 */
public final class SeldomLog {

  private static final Logger LOG = Logger.getLogger(SeldomLog.class.getName());

  /** Methods are few, unless somebody invents them. */
  private static final int MOST_KEYS = 10_000;

  private final LongSupplier nanoTime;
  private final Map<String, Long> last = new ConcurrentHashMap<>();

  /**
   * Makes a log in which nothing has been said.
   *
   * @param nanoTime monotonic nanoseconds, as {@link System#nanoTime} gives them
   */
  public SeldomLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Says a line of which the subject is all that differs, unless that was said a moment ago.
   *
   * @param subject what it is about: a method's full name, mostly
   */
  public void say(LogLine line, String subject) {
    say(line, subject, (Object) subject);
  }

  /**
   * Says a line, unless it was said of the same subject a moment ago.
   *
   * @param subject what it is about, and why, if it is to be said once for each reason
   * @param words that the line has room for
   */
  public void say(LogLine line, String subject, Object... words) {
    if (isDue(line.name() + ' ' + subject, line.pause().toNanos())) {
      LOG.log(line.level(), () -> line.with(words));
    }
  }

  private boolean isDue(String key, long pauseNanos) {
    long now = nanoTime.getAsLong();
    if (last.size() >= MOST_KEYS) {
      last.clear();
    }
    boolean[] due = {false};
    last.compute(
        key,
        (same, before) -> {
          due[0] = before == null || now - before >= pauseNanos;
          return due[0] ? now : before;
        });
    return due[0];
  }
}
