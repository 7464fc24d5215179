package io.github.grpconce.internal.answer;

import java.time.Duration;
import java.util.logging.Level;

/**
 * Every line with which a server tells its operators of something, in the one place where these
 * texts are; docs/OPERATING.md has them in a table. They have no IDs, and nothing of what is stored
 * or sent.
 */
public enum LogLine {
  /** Said once of each service, or method. */
  EXPOSED(Level.INFO, "neither guarded nor safe, so that a retry may take effect twice: %s"),

  /** Whoever guards a service expects something of it. */
  NOTHING_GUARDED(
      Level.WARNING,
      "guard() was given %s, of which no method is guarded: declare guards in its proto, or give"
          + " them to the builder"),

  /** Through {@code intercept} a mistake is found no sooner. */
  MISGUARDED(Level.WARNING, "calls of %s are refused: %s"),

  /** There is nobody to give a stored request to. */
  NOT_RESUMABLE(
      Level.WARNING,
      "executions of %s that nobody comes back for can't be resumed by this server: register it"
          + " with guard(), not with intercept() alone"),

  /** Whatever the cause; callers are told the same. */
  CALL_FAILED(Level.WARNING, "a call of %s has failed: %s"),

  COMMIT_UNKNOWN(
      Level.WARNING,
      "nobody knows whether a call of %s took effect: it has no request ID, and its commit ended"
          + " with %s"),

  TOO_SLOW(
      Level.WARNING,
      "the handler of %s, or a step of it, takes longer than a FoundationDB transaction may live, at"
          + " every try: divide it into steps"),

  MANY_EXECUTIONS(Level.WARNING, "a %s of %s was executed more than %s times, because of %s"),

  UNANSWERED(Level.WARNING, "the handler of %s has not answered after %s s"),

  RESPONSE_TOO_LARGE(
      Level.WARNING,
      "a response of %s is over maxResponseBytes: it can't be recorded, and so isn't given"),

  OVERLOADED(
      Level.WARNING,
      "calls of %s are refused: those under way take what maxBufferedBytes allows them"),

  TOO_MANY_JOINERS(
      Level.WARNING,
      "attempts of a call of %s are refused: as many wait for it as maxJoiners allows"),

  EXECUTOR_REFUSES(
      Level.WARNING,
      "calls of %s are told that the server is shutting down: an executor takes none of their"
          + " tasks"),

  /** Once an hour is often enough. */
  NEGLECTED(
      Level.WARNING,
      "no sweeper was seen for a day in the subspace %s, so that its records grow for ever: start a"
          + " RetentionSweeper",
      Duration.ofHours(1)),

  UNIDENTIFIED_RETRIES(
      Level.WARNING,
      "clients retry or hedge %s without a request ID, so that it may take effect twice"),

  BEGUN_IN_STEPS(
      Level.WARNING,
      "a call of %s was begun in STEPS mode and isn't finished; in TRANSACTION mode it can't be,"
          + " because that would repeat the steps that are done. Its attempts are refused with"
          + " IN_PROGRESS until a server finishes it that guards the method in STEPS mode."
          + " RecordInspector.executionsInProgress shows what is left"),

  RESUMED(Level.INFO, "an execution of %s that nobody came back for is resumed"),

  TAKEN_OVER(Level.INFO, "an execution of %s was taken over: the one before it has failed or died"),

  RESUMED_FAILED(
      Level.INFO,
      "an execution of %s that was resumed has failed with %s, failure %s in a row; it is left"
          + " alone for %s s"),

  STALLED(
      Level.WARNING,
      "an execution of %s is stalled: it has failed too often, and is only resumed by an attempt"
          + " that comes back for it, or by RecordResolver. RecordInspector.executionsInProgress"
          + " shows it"),

  /** No execution gets further than that call, whoever begins it. */
  STALLED_BY_EXPIRED_CALL(
      Level.WARNING,
      "an execution of %s is stalled: a call that it made was refused with REQUEST_ID_EXPIRED, so its"
          + " callee doesn't know any more whether that took effect. Find out, and end the"
          + " operation with RecordResolver.fail. RecordInspector.executionsInProgress shows it"),

  /** Its lease isn't renewed any more, and is left as that of one that has failed. */
  OUT_OF_TIME(
      Level.WARNING,
      "an execution of %s didn't end when its time was over: it was stopped, and can't commit any"
          + " more"),

  LEASE_NOT_RENEWED(
      Level.WARNING,
      "the lease of an execution of %s can't be renewed, so that others may take over: %s"),

  /** Others may have it, or nobody any more. */
  LEFT_TO_OTHERS(
      Level.INFO,
      "an execution of %s that nobody came back for is left to other servers: this one guards no"
          + " such method in STEPS mode"),

  NO_ROOM_TO_RESUME(
      Level.WARNING,
      "an execution of %s that nobody came back for can't be resumed for now: the calls under way"
          + " take what maxBufferedBytes allows them"),

  NOT_LOOKED_FOR(Level.WARNING, "executions in progress can't be looked for or resumed: %s"),

  RECOVERY_ENDED(
      Level.WARNING,
      "executions in progress aren't looked for any more: the scheduler takes no tasks. Close the"
          + " interceptor before its scheduler"),

  UNREADABLE_EXECUTION(Level.WARNING, "an execution can't be resumed: %s"),

  DAMAGED_LEASES(
      Level.WARNING,
      "executions in progress are left alone, because their leases are damaged:"
          + " RecordInspector.executionsInProgress shows them, and RecordResolver.resumeNow repairs"
          + " them");

  @SuppressWarnings("ImmutableEnumChecker") // A level doesn't change, although it doesn't say so.
  private final Level level;

  private final String text;
  private final Duration pause;

  LogLine(Level level, String text) {
    this(level, text, Duration.ofMinutes(1));
  }

  LogLine(Level level, String text, Duration pause) {
    this.level = level;
    this.text = text;
    this.pause = pause;
  }

  public Level level() {
    return level;
  }

  /** How long the same isn't said again. */
  Duration pause() {
    return pause;
  }

  /** The text, in which {@code %s} stands for what differs. */
  public String text() {
    return text;
  }

  /** Returns the line with these words where the text leaves room for them. */
  public String with(Object... words) {
    return text.formatted(words);
  }
}
