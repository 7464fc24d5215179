package io.github.grpconce.internal.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SeldomLogTest {

  private static final String LOGGER = SeldomLog.class.getName() + ": ";

  @AutoClose private final LogCapture seen = LogCapture.start();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final SeldomLog log = new SeldomLog(nanos::get);

  @Test
  void same_isSaidOnceInAMinute() {
    say("lost", "Pay", "first");
    say("lost", "Pay", "second");
    nanos.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
    say("lost", "Pay", "third");
    nanos.addAndGet(1);
    say("lost", "Pay", "fourth");

    assertSeen("first", "fourth");
  }

  @Test
  void anotherReasonOrSubject_isSaid() {
    say("lost", "Pay", "first");
    say("found", "Pay", "second");
    say("lost", "Order", "third");

    assertSeen("first", "second", "third");
  }

  /** Whoever invents methods must not fill the memory: after so many, some are said again. */
  @Test
  void manySubjects_areNotAllKept() {
    for (int i = 0; i < 10_001; i++) {
      log.say(Level.FINE, "lost", "Method" + i, () -> "");
    }
    log.say(Level.INFO, "lost", "Method0", () -> "again");

    assertSeen("again");
  }

  private void say(String reason, String subject, String line) {
    log.say(Level.INFO, reason, subject, () -> line);
  }

  private void assertSeen(String... lines) {
    assertEquals(List.of(lines).stream().map(LOGGER::concat).toList(), seen.seen());
  }
}
