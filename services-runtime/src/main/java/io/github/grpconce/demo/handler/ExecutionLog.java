package io.github.grpconce.demo.handler;

/** What the log says of guarded executions, for whoever counts them afterwards. */
public final class ExecutionLog {

  /** An execution wanted a step that was no longer its own to do. */
  public static final String FENCED = "an execution was fenced";

  private ExecutionLog() {}

  /**
   * An execution found a step done by one before it.
   *
   * @param label the step's
   * @param resumed whether the server went on by itself; else an attempt came back
   */
  public static String skipped(String label, boolean resumed) {
    return "step %s was done before; an execution that was %s goes on from it"
        .formatted(label, resumed ? "resumed" : "taken over");
  }
}
