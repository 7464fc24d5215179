package io.github.grpconce.internal.method;

import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.v1.Failure;
import io.github.grpconce.v1.Lease;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Tells operators what becomes of executions in steps: one line each. Counts those that are left
 * stalled. Thread-safe.
 */
public final class StepsLog {

  private static final Logger LOG = Logger.getLogger(StepsLog.class.getName());

  private final SeldomLog log;
  private final AtomicLong stalled = new AtomicLong();

  /** Makes a log that has counted nothing. */
  public StepsLog(SeldomLog log) {
    this.log = log;
  }

  /** The server went on, on its own account, with what nobody came back for. */
  public void resumed(String method) {
    log.say(
        Level.INFO,
        "resumed",
        method,
        () -> "an execution of " + method + " that nobody came back for is resumed");
  }

  /** An attempt went on with what another execution has begun. */
  public void takenOver(String method) {
    log.say(
        Level.INFO,
        "taken over",
        method,
        () -> "an execution of " + method + " was taken over: the one before it failed or died");
  }

  /** A resumed execution has failed, and is resumed once more some time. */
  public void failed(String method, Lease left) {
    log.say(
        Level.INFO,
        "failed",
        method,
        () ->
            "an execution of "
                + method
                + " that was resumed has failed with "
                + what(left.getLastFailure())
                + ", failure "
                + left.getFailures()
                + " in a row; it is left alone for "
                + TimeUnit.MILLISECONDS.toSeconds(left.getRestMillis())
                + " s");
  }

  private static String what(Failure failure) {
    String code = Status.fromCodeValue(failure.getCode()).getCode().name();
    return failure.getException().isEmpty() ? code : code + " (" + failure.getException() + ")";
  }

  /** What is stored of an execution doesn't fit what this server knows. */
  public void unreadable(Throwable failure) {
    String why =
        failure instanceof UnreadableRecordException || failure instanceof IllegalStateException
            ? String.valueOf(failure.getMessage())
            : failure.getClass().getName();
    log.say(Level.WARNING, "unreadable", why, () -> "an execution can't be resumed: " + why);
    LOG.log(Level.FINE, "an execution can't be resumed", failure);
  }

  /** There are leases that can't be read. */
  public void damagedLeases() {
    log.say(
        Level.WARNING,
        "damaged",
        "leases",
        () ->
            "executions in progress are left alone, because their leases are damaged:"
                + " RecordInspector.executionsInProgress shows them, and RecordResolver.resumeNow"
                + " repairs them");
  }

  /** An execution has failed so often that servers leave it alone. */
  public void stalled(String method) {
    stalled.incrementAndGet();
    log.say(
        Level.WARNING,
        "stalled",
        method,
        () ->
            "an execution of "
                + method
                + " is stalled: it has failed too often, and is only resumed by an attempt that"
                + " comes back for it, or by RecordResolver. RecordInspector.executionsInProgress"
                + " shows it");
  }

  /** How many executions this server has left stalled. */
  public long stalledExecutions() {
    return stalled.get();
  }
}
