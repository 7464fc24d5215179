package io.github.grpconce.testing;

import java.util.Arrays;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Takes what grpc-once logs in some threads into a transcript. Nothing of it is printed, for in
 * hundreds of worlds all goes wrong that can; what other threads log is.
 */
final class LogNotes extends Handler implements AutoCloseable {

  private final Logger logger = Logger.getLogger("io.github.grpconce");
  private final Set<Long> threads;
  private final boolean printedBefore;
  private volatile Transcript transcript;

  /**
   * Begins to listen.
   *
   * @param threads their IDs; there may be more later
   */
  LogNotes(Set<Long> threads) {
    this.threads = threads;
    this.transcript = new Transcript();
    synchronized (logger) {
      this.printedBefore =
          others()
              .findFirst()
              .map(other -> other.printedBefore)
              .orElse(logger.getUseParentHandlers());
      logger.setUseParentHandlers(false);
      logger.addHandler(this);
    }
  }

  /** Tests may run at the same time. */
  private Stream<LogNotes> others() {
    return Arrays.stream(logger.getHandlers())
        .filter(LogNotes.class::isInstance)
        .map(LogNotes.class::cast);
  }

  /** From now on, takes notes here. */
  void takeInto(Transcript next) {
    transcript = next;
  }

  @Override
  public void publish(LogRecord entry) {
    if (!threads.contains(entry.getLongThreadID())) {
      Arrays.stream(logger.getParent().getHandlers()).forEach(handler -> handler.publish(entry));
    } else if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
      Throwable thrown = entry.getThrown();
      transcript.note("log", entry.getMessage() + (thrown == null ? "" : ": " + thrown));
    }
  }

  @Override
  public void flush() {
    // Nothing is kept back.
  }

  @Override
  public void close() {
    synchronized (logger) {
      logger.removeHandler(this);
      if (others().findAny().isEmpty()) {
        logger.setUseParentHandlers(printedBefore);
      }
    }
  }
}
