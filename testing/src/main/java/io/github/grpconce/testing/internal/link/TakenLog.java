package io.github.grpconce.testing.internal.link;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Takes the warnings that grpc-once logs in some threads. Nothing of what it logs there is printed,
 * for all goes wrong there that can; what it logs in other threads is.
 */
public final class TakenLog extends Handler implements AutoCloseable {

  private final Logger logger = Logger.getLogger("io.github.grpconce");
  private final Set<Long> threads;
  private final Consumer<LogRecord> taker;
  private final boolean printedBefore;

  /**
   * Begins to listen.
   *
   * @param threads their IDs; there may be more later
   * @param taker gets each warning, in the thread that logs it
   */
  public TakenLog(Set<Long> threads, Consumer<LogRecord> taker) {
    this.threads = threads;
    this.taker = taker;
    synchronized (logger) {
      this.printedBefore =
          all()
              .findFirst()
              .map(other -> other.printedBefore)
              .orElseGet(logger::getUseParentHandlers);
      logger.setUseParentHandlers(false);
      logger.addHandler(this);
    }
  }

  /** Several may listen at the same time. */
  private Stream<TakenLog> all() {
    return Arrays.stream(logger.getHandlers())
        .filter(TakenLog.class::isInstance)
        .map(TakenLog.class::cast);
  }

  @Override
  public void publish(LogRecord entry) {
    if (!threads.contains(entry.getLongThreadID())) {
      printForAll(entry);
    } else if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
      taker.accept(entry);
    }
  }

  /** Prints what nobody takes, once. */
  private void printForAll(LogRecord entry) {
    boolean taken = all().anyMatch(one -> one.threads.contains(entry.getLongThreadID()));
    if (!taken && printedBefore && all().findFirst().equals(Optional.of(this))) {
      Arrays.stream(logger.getParent().getHandlers()).forEach(handler -> handler.publish(entry));
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
      if (all().findAny().isEmpty()) {
        logger.setUseParentHandlers(printedBefore);
      }
    }
  }
}
