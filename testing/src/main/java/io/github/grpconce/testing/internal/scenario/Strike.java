package io.github.grpconce.testing.internal.scenario;

/**
 * A mishap at a step.
 *
 * @param step the step's number; if the mishap can't befall that one, it is the next that it can
 * @param stepsLater for what takes effect later: before which step from there
 */
public record Strike(int step, Mishap mishap, int stepsLater) {

  /** When all else is over. */
  static final int AT_THE_END = Integer.MAX_VALUE / 2;

  /** Returns what happens, as the end of a sentence that begins with the step. */
  public String description() {
    if (!mishap.isLate()) {
      return mishap.description();
    }
    return stepsLater == AT_THE_END
        ? mishap.description() + ": when all else is over"
        : "%s: before step %d from there".formatted(mishap.description(), stepsLater);
  }
}
