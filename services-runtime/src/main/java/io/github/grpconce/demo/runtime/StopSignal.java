package io.github.grpconce.demo.runtime;

import java.util.concurrent.CountDownLatch;

/**
 * Asks a service to stop, and lets whoever asked wait until it has.
 *
 * <p>The service's main thread waits for the signal and then takes everything down in the reverse
 * order of its making; a shutdown hook only asks and waits. Thread-safe.
 */
final class StopSignal {

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Returns a signal that is given when the process is told to end, by SIGTERM or SIGINT. */
  static StopSignal onProcessEnd() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::askAndWait, "stop"));
    return signal;
  }

  /** Asks the service to stop. */
  void ask() {
    asked.countDown();
  }

  private void askAndWait() {
    ask();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the service is asked to stop; an interrupt counts as that. */
  void await() {
    try {
      asked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that everything is taken down. */
  void stopped() {
    stopped.countDown();
  }
}
