package io.github.grpconce.testing.internal.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TakenLogTest {

  private static final Logger LIBRARY = Logger.getLogger("io.github.grpconce");
  private static final Logger GUARD = Logger.getLogger("io.github.grpconce.server.Something");

  private final Set<Long> here = Set.of(Thread.currentThread().getId());
  private final List<String> taken = new ArrayList<>();
  private final List<String> printed = new ArrayList<>();
  private final List<TakenLog> logs = new ArrayList<>();
  private final Printer printer = new Printer();

  private final class Printer extends Handler {
    @Override
    public void publish(LogRecord entry) {
      printed.add(entry.getMessage());
    }

    @Override
    public void flush() {
      // Nothing is kept back.
    }

    @Override
    public void close() {
      // There is nothing to close.
    }
  }

  @BeforeEach
  void listen() {
    Logger.getLogger("").addHandler(printer);
  }

  @AfterEach
  void stop() {
    logs.forEach(TakenLog::close);
    Logger.getLogger("").removeHandler(printer);
  }

  @CanIgnoreReturnValue
  private TakenLog takeFrom(Set<Long> threads) {
    TakenLog log = new TakenLog(threads, entry -> taken.add(entry.getMessage()));
    logs.add(log);
    return log;
  }

  @Test
  void warningsOfTheThreads_areTakenAndNotPrinted() {
    takeFrom(here);
    GUARD.log(Level.WARNING, "it broke");
    GUARD.log(Level.INFO, "by the way");
    assertEquals(List.of("it broke"), taken);
    assertEquals(List.of(), printed);
  }

  @Test
  void whatOtherThreadsLog_isPrintedOnce() {
    takeFrom(Set.of());
    takeFrom(Set.of());
    GUARD.log(Level.WARNING, "it broke");
    assertEquals(List.of(), taken);
    assertEquals(List.of("it broke"), printed);
  }

  @Test
  void whatAnotherTakes_isNotPrinted() {
    takeFrom(Set.of());
    takeFrom(here);
    GUARD.log(Level.WARNING, "it broke");
    assertEquals(List.of("it broke"), taken);
    assertEquals(List.of(), printed);
  }

  @Test
  void whoeverEndsLast_hasLogsPrintedAgain() {
    assertTrue(LIBRARY.getUseParentHandlers());
    TakenLog first = takeFrom(Set.of());
    TakenLog second = takeFrom(Set.of());
    first.close();
    assertFalse(LIBRARY.getUseParentHandlers());
    second.close();
    assertTrue(LIBRARY.getUseParentHandlers());
  }
}
