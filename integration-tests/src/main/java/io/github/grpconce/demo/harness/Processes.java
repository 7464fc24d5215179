package io.github.grpconce.demo.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts service processes, and ends what is left of them when it is closed. If this process ends
 * without that, by SIGKILL even, they stop by themselves. Thread-safe.
 */
public final class Processes implements AutoCloseable {

  private final Path logs;
  private final List<ServiceProcess> started = new ArrayList<>();
  private boolean closed;

  /**
   * Makes ready to start processes.
   *
   * @param logs the directory for what they write
   */
  public Processes(Path logs) {
    this.logs = logs;
  }

  /**
   * Starts a process; it is not ready yet when this returns.
   *
   * @param onCrash is run if the process ends by itself, on a thread that must not be held up
   */
  public synchronized ServiceProcess start(Launch launch, Runnable onCrash) throws IOException {
    if (closed) {
      throw new IllegalStateException("no process can be started any more");
    }
    Process process = new ProcessBuilder(launch.command()).redirectErrorStream(true).start();
    ProcessLog log = new ProcessLog(logs.resolve(launch.name() + ".log"));
    ServiceProcess service = new ServiceProcess(launch.name(), process, log, onCrash);
    started.add(service);
    Thread reader = new Thread(() -> log.follow(process.getInputStream()), launch.name() + "-log");
    reader.setDaemon(true);
    reader.start();
    return service;
  }

  /** Ends all processes with SIGKILL, and waits until they are gone. */
  @Override
  public synchronized void close() {
    closed = true;
    started.forEach(ServiceProcess::destroy);
    started.forEach(ServiceProcess::awaitEnd);
  }
}
