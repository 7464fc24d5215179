package io.github.grpconce.operator;

/** What came of an operator's wish; see {@link RecordResolver}. */
public enum Resolution {
  /** Nothing keeps the operation from being resumed any more. */
  RESUMABLE("a server resumes it when it looks for such executions again, or an attempt does"),

  /** The failure is the operation's outcome. */
  FAILED(
      "every attempt gets this failure from now on; what the operation has done before stays done,"
          + " and no execution can add to it"),

  /** There is no record any more. */
  FORGOTTEN(
      "an attempt that comes back executes the operation from its beginning: whatever it had done"
          + " is then done once more"),

  /** Left as it was: an execution has given a sign of life within its lease. */
  RUNNING("an execution is running, and was left alone"),

  /** Left as it was: it isn't as it was seen any more. */
  CHANGED("it isn't as it was seen any more, and was left as it is: look again"),

  /** The store didn't say what came of a commit, and the record may have been written since. */
  UNKNOWN(
      "it isn't known whether this was done: what is there now may have been written since;"
          + " look at it");

  private final String consequence;

  Resolution(String consequence) {
    this.consequence = consequence;
  }

  /** Returns what follows, in a sentence for operators. */
  public String consequence() {
    return consequence;
  }
}
