package io.github.grpconce.internal.method;

import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.internal.store.StoreLoop;
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
    log.say(LogLine.RESUMED, method);
  }

  /** An attempt went on with what another execution has begun. */
  public void takenOver(String method) {
    log.say(LogLine.TAKEN_OVER, method);
  }

  /** A resumed execution has failed, and is resumed once more some time. */
  public void failed(String method, Lease left) {
    log.say(
        LogLine.RESUMED_FAILED,
        method,
        method,
        what(left.getLastFailure()),
        left.getFailures(),
        TimeUnit.MILLISECONDS.toSeconds(left.getRestMillis()));
  }

  private static String what(Failure failure) {
    String code = Status.fromCodeValue(failure.getCode()).getCode().name();
    return failure.getException().isEmpty() ? code : code + " (" + failure.getException() + ")";
  }

  /** An execution didn't end when it should have; it is resumed some time. */
  public void outOfTime(String method) {
    log.say(LogLine.OUT_OF_TIME, method);
  }

  /** A lease may be over before its execution is. */
  public void notRenewed(String method, Throwable failure) {
    log.say(LogLine.LEASE_NOT_RENEWED, method, method, what(failure));
    LOG.log(Level.FINE, "a lease could not be renewed", failure);
  }

  /** There is an execution to resume of a method that this server doesn't have. */
  public void leftToOthers(String method) {
    log.say(LogLine.LEFT_TO_OTHERS, method);
  }

  /** There is an execution to resume whose request can't be kept now. */
  public void noRoom(String method) {
    log.say(LogLine.NO_ROOM_TO_RESUME, method);
  }

  /** Nothing will be resumed any more, although nobody said so. */
  public void recoveryEnded() {
    log.say(LogLine.RECOVERY_ENDED, "");
  }

  /** What is stored of an execution doesn't fit what this server knows. */
  public void unreadable(Throwable failure) {
    String why =
        failure instanceof UnreadableRecordException || failure instanceof IllegalStateException
            ? String.valueOf(failure.getMessage())
            : failure.getClass().getName();
    log.say(LogLine.UNREADABLE_EXECUTION, why);
    LOG.log(Level.FINE, "an execution can't be resumed", failure);
  }

  /** The store has kept a server from resuming what it might have to, for now. */
  public void notResumed(Throwable failure) {
    String why = what(failure);
    log.say(LogLine.NOT_LOOKED_FOR, why);
    LOG.log(Level.FINE, "executions can't be looked for or resumed", failure);
  }

  private static String what(Throwable failure) {
    return StoreError.causing(failure)
        .map(StoreError::toString)
        .orElseGet(() -> StoreLoop.rootOf(failure).getClass().getName());
  }

  /** There are leases that can't be read. */
  public void damagedLeases() {
    log.say(LogLine.DAMAGED_LEASES, "");
  }

  /** An execution has failed so often that servers leave it alone. */
  public void stalled(String method) {
    stalled.incrementAndGet();
    log.say(LogLine.STALLED, method);
  }

  /** An execution can't go on, because a callee has forgotten what became of a call of it. */
  public void stalledByExpiredCall(String method) {
    stalled.incrementAndGet();
    log.say(LogLine.STALLED_BY_EXPIRED_CALL, method);
  }

  /** How many executions this server has left stalled. */
  public long stalledExecutions() {
    return stalled.get();
  }
}
