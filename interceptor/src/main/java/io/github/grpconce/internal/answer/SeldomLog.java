package io.github.grpconce.internal.answer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What a server tells its operators: one line at most in a minute for each reason and subject, so
 * that what happens a thousand times in a row doesn't hide what else is said. A line has neither
 * IDs nor anything of what is stored or sent. Thread-safe.
 */
public final class SeldomLog {

  private static final Logger LOG = Logger.getLogger(SeldomLog.class.getName());

  /** Seldom enough for what may happen a thousand times in a row. */
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

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
   * Says something, unless the same was said a moment ago.
   *
   * @param reason what kind of thing it is, the same for all lines of that kind
   * @param subject what it is about: a method's full name, mostly
   */
  public void say(Level level, String reason, String subject, Supplier<String> line) {
    if (isDue(reason + ' ' + subject)) {
      LOG.log(level, line);
    }
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
    say(line.level(), line.name(), subject, () -> line.with(words));
  }

  private boolean isDue(String key) {
    long now = nanoTime.getAsLong();
    if (last.size() >= MOST_KEYS) {
      last.clear();
    }
    boolean[] due = {false};
    last.compute(
        key,
        (same, before) -> {
          due[0] = before == null || now - before >= PAUSE_NANOS;
          return due[0] ? now : before;
        });
    return due[0];
  }
}
