package io.github.grpconce.embedded;

import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.runtime.InjectedFault;
import java.time.Duration;

/**
 * Something that a {@link FaultPlan} lets go wrong at one step of one transaction. Immutable.
 *
 * <p>The codes are FoundationDB's; which of them can come where, and what they mean, is in its <a
 * href="https://apple.github.io/foundationdb/api-error-codes.html">documentation</a>.
 */
public final class Fault {
  private final InjectedFault injected;

  private Fault(InjectedFault injected) {
    this.injected = injected;
  }

  InjectedFault injected() {
    return injected;
  }

  /** Fails a step, and nothing of it was done: 1007, 1009, 1020, 1037, 1042, 1213 and the like. */
  public static Fault error(int code) {
    return new Fault(new InjectedFault.Failure(code));
  }

  /** The commit takes place, but is answered with 1021, {@code commit_unknown_result}. */
  public static Fault unknownResultLanded() {
    return new Fault(new InjectedFault.Landed(FdbError.COMMIT_UNKNOWN_RESULT.code()));
  }

  /** The commit does not take place, and is answered with 1021, {@code commit_unknown_result}. */
  public static Fault unknownResultDropped() {
    return new Fault(new InjectedFault.Failure(FdbError.COMMIT_UNKNOWN_RESULT.code()));
  }

  /**
   * The commit is answered with an error at once, and takes place later, if nothing conflicts with
   * it by then: what 1031 ({@code transaction_timed_out}) and 1039 ({@code
   * cluster_version_changed}) allow.
   */
  public static Fault landsLater(int code, Duration delay) {
    return new Fault(new InjectedFault.LandsLater(code, delay));
  }

  /**
   * The step is done, and answered, this much later. A read still sees what its transaction had
   * written when it was asked for.
   */
  public static Fault latency(Duration delay) {
    return new Fault(new InjectedFault.Latency(delay));
  }

  /** The step is done in time, and answered this much later. */
  public static Fault lateAnswer(Duration delay) {
    return new Fault(new InjectedFault.LateAnswer(delay));
  }

  /** A watch fires this much after its key changed. */
  public static Fault lateWatch(Duration delay) {
    return new Fault(new InjectedFault.LateWatch(delay));
  }

  /** A watch fires this much after it was armed, though its key did not change. */
  public static Fault spuriousWatch(Duration delay) {
    return new Fault(new InjectedFault.SpuriousWatch(delay));
  }

  /**
   * A watch looks at its key only this much after a change: if the key has its old value back by
   * then, the change is missed.
   */
  public static Fault watchMissesReturn(Duration delay) {
    return new Fault(new InjectedFault.MissedReturn(delay));
  }

  @Override
  public String toString() {
    return injected.toString();
  }
}
