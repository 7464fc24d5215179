package io.github.grpconce.demo.runtime;

import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;

/** The process's log: warnings to standard error, and everything from INFO up if asked. */
final class Logging {

  private Logging() {}

  static void start(PrintStream err, boolean verbose) {
    LogManager.getLogManager().reset();
    Level level = verbose ? Level.INFO : Level.WARNING;
    Logger root = Logger.getLogger("");
    root.setLevel(level);
    root.addHandler(new ThroughHandler(err));
  }

  /** Writes each record through at once: a killed process leaves nothing in a buffer. */
  private static final class ThroughHandler extends StreamHandler {

    ThroughHandler(PrintStream err) {
      super(err, new SimpleFormatter());
      setLevel(Level.ALL);
    }

    @Override
    public synchronized void publish(LogRecord entry) {
      super.publish(entry);
      flush();
    }
  }
}
