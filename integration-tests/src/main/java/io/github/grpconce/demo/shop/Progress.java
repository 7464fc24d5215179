package io.github.grpconce.demo.shop;

import java.util.function.IntConsumer;

/** How many purchases have their answer; lets others wait for a certain number. Thread-safe. */
public final class Progress {

  private final IntConsumer listener;
  private int answered;

  /**
   * Starts at zero.
   *
   * @param listener is told of each new number, one at a time and in order
   */
  public Progress(IntConsumer listener) {
    this.listener = listener;
  }

  /** Counts one more. */
  synchronized void oneAnswered() {
    answered++;
    notifyAll();
    listener.accept(answered);
  }

  /** Waits until at least so many purchases have their answer. */
  public synchronized void await(int number) throws InterruptedException {
    while (answered < number) {
      wait();
    }
  }
}
