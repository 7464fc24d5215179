package io.github.grpconce.simulation;

import com.apple.foundationdb.FDBException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Listens to what the library logs in this thread: a guard that itself breaks down says so there
 * and nowhere else. Nothing is printed, because handlers and the store fail by the thousand.
 */
final class LogWatch extends Handler implements AutoCloseable {

  private static final String HANDLERS_OWN_FAILURE = "the handler of ";

  private final Logger logger = Logger.getLogger("io.github.grpconce");
  private final long thread = Thread.currentThread().getId();
  private final List<Finding> complaints = new ArrayList<>();

  LogWatch() {
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  /** Returns what shouldn't have been logged. */
  List<Finding> complaints() {
    return complaints;
  }

  @Override
  public void publish(LogRecord entry) {
    boolean serious = entry.getLevel().intValue() >= Level.WARNING.intValue();
    boolean own = entry.getLongThreadID() == thread;
    boolean expected =
        entry.getMessage().startsWith(HANDLERS_OWN_FAILURE) || isOfTheStore(entry.getThrown());
    if (serious && own && !expected) {
      complaints.add(
          new Finding(Check.NOTHING_IS_LOGGED, entry.getMessage() + ": " + entry.getThrown()));
    }
  }

  private static boolean isOfTheStore(@Nullable Throwable thrown) {
    return thrown != null && (thrown instanceof FDBException || isOfTheStore(thrown.getCause()));
  }

  @Override
  public void flush() {
    // Nothing is kept back.
  }

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
