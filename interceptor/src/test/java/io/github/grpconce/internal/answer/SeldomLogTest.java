package io.github.grpconce.internal.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SeldomLogTest {

  private static final String LOGGER = SeldomLog.class.getName() + ": ";

  @AutoClose private final LogCapture seen = LogCapture.start();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final SeldomLog log = new SeldomLog(nanos::get);

  @Test
  void same_isSaidOnceInAMinute() {
    resumed("Pay");
    resumed("Pay");
    nanos.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
    resumed("Pay");
    nanos.addAndGet(1);
    resumed("Pay");

    assertSeen(LogLine.RESUMED.with("Pay"), LogLine.RESUMED.with("Pay"));
  }

  @Test
  void anotherReasonOrSubject_isSaid() {
    resumed("Pay");
    log.say(LogLine.TAKEN_OVER, "Pay");
    resumed("Order");

    assertSeen(
        LogLine.RESUMED.with("Pay"), LogLine.TAKEN_OVER.with("Pay"), LogLine.RESUMED.with("Order"));
  }

  /** What is the matter may be told in other words each time: the first have to do. */
  @Test
  void otherWordsOfTheSame_areNotSaid() {
    log.say(LogLine.CALL_FAILED, "Pay error 1031", "Pay", "late");
    log.say(LogLine.CALL_FAILED, "Pay error 1031", "Pay", "later");
    log.say(LogLine.CALL_FAILED, "Pay error 1021", "Pay", "lost");

    assertSeen(LogLine.CALL_FAILED.with("Pay", "late"), LogLine.CALL_FAILED.with("Pay", "lost"));
  }

  @Test
  void lineWithAPauseOfItsOwn_isSaidOnceInThat() {
    String line = LogLine.NEGLECTED.with("records");
    log.say(LogLine.NEGLECTED, "records");
    nanos.addAndGet(Duration.ofHours(1).toNanos() - 1);
    log.say(LogLine.NEGLECTED, "records");
    assertSeen(line);
    nanos.addAndGet(1);
    log.say(LogLine.NEGLECTED, "records");

    assertSeen(line, line);
  }

  /** Whoever invents methods must not fill the memory: after so many, some are said again. */
  @Test
  void manySubjects_areNotAllKept() {
    Logger logger = Logger.getLogger(SeldomLog.class.getName());
    resumed("Method0");
    logger.setLevel(Level.OFF);
    try {
      for (int i = 0; i < 10_000; i++) {
        resumed("Method" + i);
      }
    } finally {
      logger.setLevel(null);
    }
    resumed("Method0");

    assertSeen(LogLine.RESUMED.with("Method0"), LogLine.RESUMED.with("Method0"));
  }

  private void resumed(String method) {
    log.say(LogLine.RESUMED, method);
  }

  private void assertSeen(String... lines) {
    assertEquals(List.of(lines).stream().map(LOGGER::concat).toList(), seen.seen());
  }
}
