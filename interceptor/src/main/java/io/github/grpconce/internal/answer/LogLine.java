package io.github.grpconce.internal.answer;

import java.util.logging.Level;

/**
 * Every line with which a server tells its operators of something, in the one place where these
 * texts are; the README has them in a table. They have no IDs, and nothing of what is stored or
 * sent.
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

  UNREADABLE_EXECUTION(Level.WARNING, "an execution can't be resumed: %s"),

  DAMAGED_LEASES(
      Level.WARNING,
      "executions in progress are left alone, because their leases are damaged:"
          + " RecordInspector.executionsInProgress shows them, and RecordResolver.resumeNow repairs"
          + " them");

  @SuppressWarnings("ImmutableEnumChecker") // A level doesn't change, although it doesn't say so.
  private final Level level;

  private final String text;

  LogLine(Level level, String text) {
    this.level = level;
    this.text = text;
  }

  public Level level() {
    return level;
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
