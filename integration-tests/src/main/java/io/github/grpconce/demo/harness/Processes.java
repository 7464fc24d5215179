package io.github.grpconce.demo.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts service processes, and ends what is left of them when it is closed or when this process
 * ends, however that comes about (but for SIGKILL, which no process can answer). Thread-safe.
 */
public final class Processes implements AutoCloseable {

  private final Path logs;
  private final List<ServiceProcess> started = new ArrayList<>();
  private final Thread hook = new Thread(this::destroyAll, "end-service-processes");
  private boolean closed;

  /**
   * Makes ready to start processes.
   *
   * @param logs the directory for what they write
   */
  public Processes(Path logs) {
    this.logs = logs;
    Runtime.getRuntime().addShutdownHook(hook);
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

  @Override
  public void close() {
    destroyAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs, or is about to: it finds nothing more to do.
    }
  }

  private synchronized void destroyAll() {
    closed = true;
    started.forEach(ServiceProcess::destroy);
  }
}
