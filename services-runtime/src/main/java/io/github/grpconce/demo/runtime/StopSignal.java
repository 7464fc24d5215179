package io.github.grpconce.demo.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Asks a service to stop, and lets whoever asked wait until it has.
 *
 * <p>The service's main thread waits for the signal and then takes everything down in the reverse
 * order of its making; a shutdown hook only asks and waits. Thread-safe.
 */
final class StopSignal {

  private static final Logger LOG = Logger.getLogger(StopSignal.class.getName());

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Returns a signal that is given when the process is told to end, by SIGTERM or SIGINT. */
  static StopSignal onProcessEnd() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::askAndWait, "stop"));
    return signal;
  }

  /** Asks the service to stop when a stream ends. What it says until then doesn't matter. */
  void askAtEndOf(InputStream input) {
    Thread reader = new Thread(() -> askAfter(input), "stdin");
    reader.setDaemon(true);
    reader.start();
  }

  private void askAfter(InputStream input) {
    try {
      input.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      LOG.log(Level.FINE, "standard input failed, which ends it, too", e);
    } finally {
      ask();
    }
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
