package io.github.grpconce.embedded.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process with this one's class path that works on a directory, says what was acknowledged, a
 * line at a time, and is killed.
 */
public final class ChildJvm implements AutoCloseable {

  /** What a shell, too, makes of SIGKILL. */
  public static final int KILLED = 128 + 9;

  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.US_ASCII);
  }

  /** Starts a class with a {@code main} method, and gives it the directory. */
  public static ChildJvm start(Class<?> main, Path directory, String... jvmOptions)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of(jvmOptions));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(main.getName(), directory.toString()));
    return new ChildJvm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Said by the child. The mark at the end is missed if a kill cuts the line short. */
  public static void say(String line) {
    System.out.println(line + ";");
  }

  public long pid() {
    return process.pid();
  }

  /** The next whole line; null once the process is gone and all was read. */
  public @Nullable String nextLine() throws IOException {
    String line = output.readLine();
    return line == null || !line.endsWith(";") ? null : line.substring(0, line.length() - 1);
  }

  /** As with kill -9: nothing in the process gets to run. What it has said can still be read. */
  public void kill() {
    process.toHandle().destroyForcibly(); // the process's own method would close its output
  }

  /** Waits for the end. */
  public int exitStatus() {
    return process.onExit().join().exitValue();
  }

  @Override
  public void close() throws IOException {
    kill();
    process.onExit().join();
    output.close();
  }
}
