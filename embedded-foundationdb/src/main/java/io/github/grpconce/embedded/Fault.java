package io.github.grpconce.embedded;

import java.time.Duration;

/**
 * Something that a {@link FaultPlan} lets go wrong at one step of one transaction. Immutable.
 *
 * <p>The codes are FoundationDB's; which of them can come where, and what they mean, is in its <a
 * href="https://apple.github.io/foundationdb/api-error-codes.html">documentation</a>.
 */
public sealed interface Fault {
  /** Fails a step, and nothing of it was done: 1007, 1009, 1020, 1037, 1042, 1213 and the like. */
  static Fault error(int code) {
    return new Failure(code);
  }

  /** The commit takes place, but is answered with 1021, {@code commit_unknown_result}. */
  static Fault unknownResultLanded() {
    return new Landed(FdbError.COMMIT_UNKNOWN_RESULT.code(), Duration.ZERO);
  }

  /** The commit does not take place, and is answered with 1021, {@code commit_unknown_result}. */
  static Fault unknownResultDropped() {
    return new Failure(FdbError.COMMIT_UNKNOWN_RESULT.code());
  }

  /**
   * The commit is answered with an error at once, and takes place later, if nothing conflicts with
   * it by then: what 1031 ({@code transaction_timed_out}) and 1039 ({@code
   * cluster_version_changed}) allow.
   */
  static Fault landsLater(int code, Duration delay) {
    return new LandsLater(code, delay);
  }

  /**
   * The step is done, and answered, this much later. A read still sees what its transaction had
   * written when it was asked for.
   */
  static Fault latency(Duration delay) {
    return new Latency(delay);
  }

  /** The step is done in time, and answered this much later. */
  static Fault lateAnswer(Duration delay) {
    return new LateAnswer(delay);
  }

  /** A watch fires this much after its key changed. */
  static Fault lateWatch(Duration delay) {
    return new LateWatch(delay);
  }

  /** A watch fires this much after it was armed, though its key did not change. */
  static Fault spuriousWatch(Duration delay) {
    return new SpuriousWatch(delay);
  }

  /**
   * A watch looks at its key only this much after a change: if the key has its old value back by
   * then, the change is missed.
   */
  static Fault watchMissesReturn(Duration delay) {
    return new MissedReturn(delay);
  }

  /** Fails. */
  record Failure(int code) implements Fault {}

  /** Takes place and fails. */
  record Landed(int code, Duration delay) implements Fault {}

  /** Fails and takes place later. */
  record LandsLater(int code, Duration delay) implements Fault {}

  /** Takes place later. */
  record Latency(Duration delay) implements Fault {}

  /** Is answered later. */
  record LateAnswer(Duration delay) implements Fault {}

  /** Fires late. */
  record LateWatch(Duration delay) implements Fault {}

  /** Fires for nothing. */
  record SpuriousWatch(Duration delay) implements Fault {}

  /** Misses a change that is undone. */
  record MissedReturn(Duration delay) implements Fault {}
}
