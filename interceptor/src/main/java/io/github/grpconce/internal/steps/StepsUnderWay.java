package io.github.grpconce.internal.steps;

/**
 * The steps of one execution that are begun and not done. The last one is alone: what is under way
 * as the call is completed would come to nothing. Thread-safe.
 */
final class StepsUnderWay {

  private int count;
  private boolean last;

  synchronized boolean any() {
    return count > 0;
  }

  /**
   * Begins a step.
   *
   * @throws IllegalStateException if it, or another one, is the last and not alone
   */
  synchronized void enter(StepPart part) {
    if (last || (part.last() && count > 0)) {
      throw new IllegalStateException(
          "the last step can't be done beside another: do " + part.label() + " before or after");
    }
    count++;
    last = part.last();
  }

  synchronized void leave() {
    count--;
    last = false;
  }
}
