package io.github.grpconce.demo.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One service in a process of its own. Thread-safe.
 *
 * <p>It ends by {@link #kill}, at any instruction, or by {@link #stop}, after it has drained. To
 * end by itself is an error.
 *
 * <p>What is done to it while it lives goes through the commands {@code kill} and {@code prlimit},
 * which every Linux has.
 */
public final class ServiceProcess {

  /** A JVM on a machine that is busy with a build takes seconds; a minute means that it hangs. */
  private static final Duration START = Duration.ofSeconds(60);

  /** More than the services' own drain. */
  private static final Duration STOP = Duration.ofSeconds(30);

  private final String name;
  private final Process process;
  private final ProcessLog log;
  private final CompletableFuture<Void> watch;
  private volatile boolean toEnd;

  ServiceProcess(String name, Process process, ProcessLog log, Runnable onCrash) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.watch = process.onExit().thenRun(() -> unlessToEnd(onCrash));
  }

  /**
   * Waits until the service accepts calls.
   *
   * @return the port on which it does
   * @throws HarnessException if it ends instead, or takes longer than a minute
   */
  public int awaitReady() throws InterruptedException {
    try {
      return log.port().get(START.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure("ended before it was ready, with status " + exitStatus());
    } catch (TimeoutException e) {
      throw failure("was not ready after " + START.toSeconds() + " s");
    }
  }

  /** Ends the process with SIGKILL, and waits until it is gone. */
  public void kill() throws InterruptedException {
    requireAlive();
    toEnd = true;
    process.destroyForcibly();
    process.waitFor();
    watch.join();
  }

  /**
   * Ends the process with SIGTERM, and waits until it is gone.
   *
   * @throws HarnessException if it had ended before, or doesn't end within half a minute
   */
  public void stop() throws InterruptedException {
    requireAlive();
    toEnd = true;
    // Process.destroy() closes its streams besides: it would end with its input, and log no more.
    process.toHandle().destroy();
    if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw failure("did not stop within " + STOP.toSeconds() + " s");
    }
    watch.join();
  }

  /** Stops the process where it stands, with SIGSTOP: connections stay open, nothing answers. */
  public void pause() throws IOException, InterruptedException {
    requireAlive();
    run("kill", "-STOP", pid());
  }

  /** Lets a paused process go on, with SIGCONT, as if no time had passed. */
  public void resume() throws IOException, InterruptedException {
    requireAlive();
    run("kill", "-CONT", pid());
  }

  /**
   * Lets the process write to no file beyond so many bytes, as if the disk had no room for more:
   * the system refuses (EFBIG, setrlimit(2)). What is in the files already can still be read.
   */
  public void limitFileSize(long bytes) throws IOException, InterruptedException {
    requireAlive();
    run("prlimit", "--pid", pid(), "--fsize=" + bytes + ":");
  }

  private String pid() {
    return String.valueOf(process.pid());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (tool.waitFor() != 0) {
      throw new HarnessException(String.join(" ", command) + " failed: " + output);
    }
  }

  /** Refuses to go on with a service that has ended by itself. */
  private void requireAlive() throws InterruptedException {
    if (!process.isAlive()) {
      throw failure("ended by itself, with status " + exitStatus());
    }
  }

  /** For when everything else has gone wrong. */
  void destroy() {
    toEnd = true;
    process.destroyForcibly();
  }

  void awaitEnd() {
    process.onExit().join();
  }

  private void unlessToEnd(Runnable onCrash) {
    if (!toEnd) {
      onCrash.run();
    }
  }

  private String exitStatus() throws InterruptedException {
    boolean ended = process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
    return ended ? String.valueOf(process.exitValue()) : "unknown";
  }

  private HarnessException failure(String what) {
    return new HarnessException("the " + name + " service " + what + "; " + log.tail());
  }
}
