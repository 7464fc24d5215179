package io.github.grpconce.demo.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A command that knows how to hurt the cluster of the run: what a test can't know.
 *
 * <pre>
 * COMMAND kill ROLE N     ends the N-th of the processes with that role, counted round
 * COMMAND pause ROLE N    has it stand still
 * COMMAND heal            has all processes run, and returns when the cluster can be used
 * </pre>
 *
 * <p>Roles are FoundationDB's: {@code commit_proxy}, {@code log}, {@code storage}.
 *
 * @param path of the command
 */
record ClusterCommand(String path) {

  private static final long LIMIT_SECONDS = 120;

  void begin(Trouble trouble, int number) throws IOException, InterruptedException {
    String which = String.valueOf(number);
    switch (trouble) {
      case COMMIT_PROXY_KILLED -> run("kill", "commit_proxy", which);
      case LOG_KILLED -> run("kill", "log", which);
      case STORAGE_KILLED -> run("kill", "storage", which);
      case COMMIT_PROXY_PAUSED -> run("pause", "commit_proxy", which);
      case LOG_PAUSED -> run("pause", "log", which);
      case STORAGE_PAUSED -> run("pause", "storage", which);
      default -> throw new IllegalArgumentException("no trouble of clusters: " + trouble);
    }
  }

  void heal() throws IOException, InterruptedException {
    run("heal");
  }

  /** Into a file: what it starts may keep a pipe open for as long as it lives. */
  private void run(String... words) throws IOException, InterruptedException {
    List<String> command = Stream.concat(Stream.of(path), Stream.of(words)).toList();
    Path output = Files.createTempFile("cluster-command-", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), () -> command + " hangs");
      String said = Files.readString(output, StandardCharsets.UTF_8);
      assertEquals(0, process.exitValue(), () -> command + " failed: " + said);
    } finally {
      Files.delete(output);
    }
  }
}
