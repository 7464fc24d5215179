package io.github.grpconce.demo;

import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C, or another signal that asks this process to end: interrupts the thread that made this,
 * which then takes down what it has set up, and lets the process end when that is done.
 */
final class Interruption implements AutoCloseable {

  private final Thread worker = Thread.currentThread();
  private final Thread hook = new Thread(this::interruptAndWait, "interruption");
  private final CountDownLatch tidy = new CountDownLatch(1);
  private volatile boolean asked;

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the process was asked to end. */
  boolean isAsked() {
    return asked;
  }

  /** Says that everything is taken down. */
  @Override
  public void close() {
    tidy.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook waited for just this.
    }
  }

  private void interruptAndWait() {
    asked = true;
    worker.interrupt();
    try {
      tidy.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
