package io.github.grpconce.simulation.audit;

import com.apple.foundationdb.FDBException;
import io.github.grpconce.testing.internal.link.TakenLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Listens to what the library logs in this thread: a guard that itself breaks down says so there
 * and nowhere else. Nothing is printed, because handlers and the store fail by the thousand.
 */
public final class LogWatch implements AutoCloseable {

  private static final String HANDLERS_OWN_FAILURE = "the handler of ";

  /** Of handlers that take longer than they may, as the weather has it. */
  private static final String HANDLER_TOO_LONG = "didn't end when its time was over";

  /** Of orders that outlive what the bank remembers of their charges: the audit knows which may. */
  private static final String CALLEE_HAS_FORGOTTEN = "was refused with REQUEST_ID_EXPIRED";

  /** The store's own failures, which a line names without a stack trace. */
  private static final String OF_THE_STORE = "FoundationDB error ";

  /** No weather makes the store say so: that would be the library's mistake. */
  private static final String MISUSE = "the store refuses what is asked of it";

  private final List<Finding> complaints = new ArrayList<>();
  private final TakenLog log;

  public LogWatch() {
    this.log = new TakenLog(Set.of(Thread.currentThread().getId()), this::judge);
  }

  /** Returns what shouldn't have been logged. */
  public List<Finding> complaints() {
    return complaints;
  }

  private void judge(LogRecord warning) {
    String message = warning.getMessage();
    boolean ofHandler =
        message.startsWith(HANDLERS_OWN_FAILURE) || message.contains(HANDLER_TOO_LONG);
    boolean ofStore =
        (message.contains(OF_THE_STORE) && !message.contains(MISUSE))
            || isOfTheStore(warning.getThrown());
    if (!ofHandler && !ofStore && !message.contains(CALLEE_HAS_FORGOTTEN)) {
      complaints.add(new Finding(Check.NOTHING_IS_LOGGED, message + ": " + warning.getThrown()));
    }
  }

  private static boolean isOfTheStore(@Nullable Throwable thrown) {
    return thrown != null && (thrown instanceof FDBException || isOfTheStore(thrown.getCause()));
  }

  @Override
  public void close() {
    log.close();
  }
}
