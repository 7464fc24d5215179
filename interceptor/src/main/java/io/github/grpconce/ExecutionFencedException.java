package io.github.grpconce;

/**
 * Thrown by a step of an execution that has no right to go on: another execution of the same call
 * took over, or has completed it, or nobody waits for it any more.
 *
 * <p>The step has not taken effect, and no later step of this execution will. Whatever the handler
 * answers then is ignored, so it should just end.
 */
public final class ExecutionFencedException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  public ExecutionFencedException(String message) {
    super(message);
  }
}
