package io.github.grpconce.demo.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process writes: into a file, to which every process of that name appends, and searched for
 * the line that says on which port it listens. Thread-safe.
 */
final class ProcessLog {

  private static final Pattern READY = Pattern.compile("listening on \\S+:(\\d+)");
  private static final int TAIL_LINES = 40;

  private final Path file;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();

  ProcessLog(Path file) {
    this.file = file;
  }

  /** Completes with the port on which the process listens; fails if its output ends before that. */
  CompletableFuture<Integer> port() {
    return port;
  }

  /** Reads until the process has ended. */
  void follow(InputStream output) {
    try (BufferedReader lines =
            new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
        PrintStream log = new PrintStream(append(), true, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.println(line);
        notePort(line);
      }
      port.completeExceptionally(new IllegalStateException("it ended"));
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
  }

  /** The last lines, for a message to people. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(file);
      int from = Math.max(0, lines.size() - TAIL_LINES);
      return file + ":\n  " + String.join("\n  ", lines.subList(from, lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private void notePort(String line) {
    Matcher ready = READY.matcher(line);
    if (ready.matches()) {
      port.complete(Integer.valueOf(ready.group(1)));
    }
  }

  private OutputStream append() throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
