package io.github.grpconce.operator;

import io.github.grpconce.internal.record.Leases;
import io.github.grpconce.internal.store.VersionWait;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Failure;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Record;
import java.time.Duration;
import java.util.Optional;

/**
 * An execution in progress, as a {@link RecordInspector} lists it. Ages are counted in
 * FoundationDB's versions, of which there are about a million a second.
 *
 * @param seen to be given to a {@link RecordResolver}
 * @param state what becomes of it
 * @param age since it was first claimed; nothing if that can't be read
 * @param executions how many there were: the first, and each that took over
 * @param failures how many of them have failed, one after the other, without a new step in between
 * @param lastFailure what the last of these was like
 */
public record ExecutionInProgress(
    SeenRecord seen,
    State state,
    Duration age,
    long executions,
    int failures,
    Optional<LastFailure> lastFailure) {

  /** What becomes of an execution that is in progress. */
  public enum State {
    /** It has given a sign of life within its lease. */
    RUNNING,
    /** It has failed, or its server died: a server resumes it by itself some time. */
    WAITING,
    /**
     * It has failed so often that servers leave it to attempts that come back, and to operators; or
     * it has failed after a callee has refused a call of it with REQUEST_ID_EXPIRED, as it would
     * again.
     */
    STALLED,
    /** Its record or its lease can't be understood: servers leave it alone. */
    UNREADABLE
  }

  /**
   * How an execution ended that has no outcome.
   *
   * @param code a {@code google.rpc.Code}; 0 if it was never heard of again
   * @param exception the class of the exception behind it; empty if there was none
   * @param age how long ago that was noted
   */
  public record LastFailure(int code, String exception, Duration age) {}

  /**
   * Shows an execution.
   *
   * @param stored its lease; empty if that can't be read, or isn't there
   * @param version the transaction's read version
   */
  static ExecutionInProgress of(SeenRecord seen, Optional<Lease> stored, long version) {
    Execution claim =
        seen.record().map(Record::getExecution).orElse(Execution.getDefaultInstance());
    Lease lease = stored.orElse(Lease.getDefaultInstance());
    return new ExecutionInProgress(
        seen,
        seen.record().isEmpty() || stored.isEmpty() ? State.UNREADABLE : state(lease, version),
        claim.getBegunAtVersion() == 0 ? Duration.ZERO : age(claim.getBegunAtVersion(), version),
        claim.getToken(),
        lease.getFailures(),
        lease.hasLastFailure()
            ? Optional.of(lastFailure(lease.getLastFailure(), version))
            : Optional.empty());
  }

  private static State state(Lease lease, long version) {
    if (Leases.isHeld(lease, version)) {
      return State.RUNNING;
    }
    return lease.getStalled() ? State.STALLED : State.WAITING;
  }

  private static LastFailure lastFailure(Failure failure, long version) {
    return new LastFailure(
        failure.getCode(), failure.getException(), age(failure.getAtVersion(), version));
  }

  /** What is from the future came with a backup of another cluster. */
  private static Duration age(long since, long version) {
    return Duration.ofMillis(
        Math.max(0, version - since) * 1_000 / VersionWait.VERSIONS_PER_SECOND);
  }

  /** Returns the method's full name; empty if it can't be read. */
  public String method() {
    return seen.record().map(record -> record.getExecution().getMethod()).orElse("");
  }

  /** Leaves out the record, which says who asked for what. */
  @Override
  public String toString() {
    return "ExecutionInProgress[" + state + ", method=" + method() + ", " + seen + "]";
  }
}
