package io.github.grpconce.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script in the project's root. The build that runs this test has made what it needs. */
@Timeout(120)
final class DemoScriptIT {

  /** Tests run in their module's directory. */
  private static final Path SCRIPT = Path.of("..", "demo").toAbsolutePath().normalize();

  @TempDir Path elsewhere;

  @Test
  void anyDirectoryWillDo_andFlagsAndExitStatusArePassedOn() throws Exception {
    Result result = run(Map.of(), "--orders", "0");
    assertEquals(2, result.status(), result::output);
    assertTrue(result.output().contains("--orders must be 1 to 100000"), result::output);
  }

  @Test
  void help_isShown() throws Exception {
    Result result = run(Map.of(), "--help");
    assertEquals(0, result.status(), result::output);
    assertTrue(result.output().startsWith("Usage: demo"), result::output);
  }

  @Test
  void oldJava_isRefused() throws Exception {
    Path oldJava = Files.createDirectories(elsewhere.resolve("old/bin")).resolve("java");
    Files.writeString(oldJava, "#!/bin/sh\necho '    java.specification.version = 11' >&2\n");
    assertTrue(oldJava.toFile().setExecutable(true));
    Result result = run(Map.of("JAVA_HOME", elsewhere.resolve("old").toString()));
    assertEquals(4, result.status(), result::output);
    assertTrue(result.output().contains("is Java 11: 17 or newer is needed"), result::output);
  }

  private Result run(Map<String, String> environment, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(SCRIPT.toString());
    command.addAll(List.of(flags));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(elsewhere.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private record Result(int status, String output) {}
}
