package io.github.grpconce;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Keeps what is logged at INFO and above, by whomever, as an operator gets to see it. */
public final class LogCapture extends Handler implements AutoCloseable {

  private static final Logger ROOT = Logger.getLogger("");

  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private final SimpleFormatter formatter = new SimpleFormatter();

  private LogCapture() {
    setLevel(Level.INFO);
  }

  /** Begins to keep what is logged, until this is closed. */
  public static LogCapture start() {
    LogCapture capture = new LogCapture();
    ROOT.addHandler(capture);
    return capture;
  }

  /** Returns all of it: each message with its exception, causes included. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  /** Returns what one class has logged: the messages alone. */
  public List<String> seenOf(Class<?> logger) {
    String start = logger.getName() + ": ";
    return seen.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .toList();
  }

  @Override
  public void publish(LogRecord record) {
    if (isLoggable(record)) {
      StringWriter text = new StringWriter();
      text.append(record.getLoggerName()).append(": ").append(formatter.formatMessage(record));
      if (record.getThrown() != null) {
        record.getThrown().printStackTrace(new PrintWriter(text, true));
      }
      seen.add(text.toString());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ROOT.removeHandler(this);
  }
}
