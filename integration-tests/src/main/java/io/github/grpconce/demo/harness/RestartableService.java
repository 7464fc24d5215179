package io.github.grpconce.demo.harness;

import java.io.IOException;

/**
 * A service that is killed, paused and restarted, and is always found on the same port. Its
 * processes follow one another; what one leaves behind is all that the next one has. Thread-safe.
 */
public final class RestartableService {

  private final Processes processes;
  private final Launch launch;
  private final Runnable onCrash;
  private final int port;
  private ServiceProcess process;

  /**
   * Starts the service, and waits until it accepts calls.
   *
   * @param onCrash is run if one of its processes ends by itself
   */
  public RestartableService(Processes processes, Launch launch, Runnable onCrash)
      throws IOException, InterruptedException {
    this.processes = processes;
    this.onCrash = onCrash;
    process = processes.start(launch, onCrash);
    port = process.awaitReady();
    this.launch = launch.with("--port", String.valueOf(port));
  }

  /** Where it is found, on the loopback interface. */
  public int port() {
    return port;
  }

  /** Ends it with SIGKILL, and waits until it is gone. */
  public synchronized void kill() throws InterruptedException {
    process.kill();
  }

  /**
   * Lets it end the calls that it is at, and stops it.
   *
   * @throws HarnessException if it had ended by itself
   */
  public synchronized void stop() throws InterruptedException {
    process.stop();
  }

  /** Starts it again after it was killed or stopped, and waits until it accepts calls. */
  public synchronized void start() throws IOException, InterruptedException {
    process = processes.start(launch, onCrash);
    process.awaitReady();
  }

  /** See {@link ServiceProcess#pause}. */
  public synchronized void pause() throws IOException, InterruptedException {
    process.pause();
  }

  /** See {@link ServiceProcess#resume}. */
  public synchronized void resume() throws IOException, InterruptedException {
    process.resume();
  }

  /** See {@link ServiceProcess#limitFileSize}; the limit ends with the process. */
  public synchronized void limitFileSize(long bytes) throws IOException, InterruptedException {
    process.limitFileSize(bytes);
  }
}
