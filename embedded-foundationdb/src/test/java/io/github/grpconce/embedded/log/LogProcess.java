package io.github.grpconce.embedded.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * A process of its own that commits as fast as it can until it is killed, and says which versions
 * were acknowledged.
 */
final class LogProcess implements AutoCloseable {

  private static final int CONCURRENT_COMMITS = 32;

  private final Process process;
  private final BufferedReader output;

  private LogProcess(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.US_ASCII);
  }

  static LogProcess start(Path directory) throws IOException {
    return new LogProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LogProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  long pid() {
    return process.pid();
  }

  /**
   * The next acknowledged version. The first is 0, said just before the directory is opened; -1
   * comes once the process is gone and all was read.
   */
  long acknowledged() throws IOException {
    String line = output.readLine();
    // The kill can cut the last line short, and a part of a number is another number.
    return line == null || !line.endsWith(";")
        ? -1
        : Long.parseLong(line, 0, line.length() - 1, 10);
  }

  /** As with kill -9: nothing in the process gets to run. What it has said can still be read. */
  void kill() {
    process.toHandle().destroyForcibly(); // the process's own method would close its output
  }

  int exitStatus() {
    return process.onExit().join().exitValue();
  }

  @Override
  public void close() throws IOException {
    kill();
    process.onExit().join();
    output.close();
  }

  public static void main(String[] args) throws InterruptedException {
    Ledger ledger = new Ledger();
    System.out.println("0;");
    LogOptions options = LogOptions.DEFAULT.withCheckpointBytes(100_000);
    CommitLog log;
    try {
      log = CommitLog.open(Path.of(args[0]), options, ledger, ledger::snapshot);
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
      return;
    }
    Semaphore room = new Semaphore(CONCURRENT_COMMITS);
    PrintStream output = System.out;
    for (long next = log.recoveredVersion() + 1; ; next++) {
      long version = next;
      room.acquire();
      log.append(version, Ledger.content(version))
          .thenRun(() -> ledger.add(version))
          .thenRun(() -> output.println(version + ";"))
          .whenComplete((done, failure) -> room.release())
          .exceptionally(LogProcess::die);
    }
  }

  private static Void die(Throwable failure) {
    failure.printStackTrace();
    Runtime.getRuntime().halt(1);
    return null;
  }
}
