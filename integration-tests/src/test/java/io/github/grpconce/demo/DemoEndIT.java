package io.github.grpconce.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.teststore.OnEngineOnly;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A demo that is ended before its time, by signals. */
@OnEngineOnly("files")
@Timeout(180)
final class DemoEndIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Tests run in their module's directory. */
  private static final Path JAR = Path.of("target", "demo.jar").toAbsolutePath();

  @TempDir Path temporary;
  private Process demo;
  private List<ProcessHandle> services = List.of();

  @BeforeEach
  void startShopping() throws Exception {
    demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-jar",
                JAR.toString(),
                "--orders=1600",
                "--kill=0",
                "--only=guarded")
            .redirectErrorStream(true)
            .start();
    awaitLine("200 of 1600 orders answered");
    services = demo.descendants().toList();
    assertEquals(2, services.size());
  }

  @AfterEach
  void endWhatIsLeft() {
    services.forEach(ProcessHandle::destroyForcibly);
    demo.destroyForcibly();
  }

  @Test
  void sigkill_endsTheServicesToo() throws Exception {
    demo.destroyForcibly().waitFor();
    awaitEndOfServices();
  }

  /**
   * A terminal sends Ctrl-C to the demo and to its services alike. SIGTERM stands for SIGINT here,
   * to which a JVM does the same, but not if it was started by a shell in the background, as a test
   * may be.
   */
  @Test
  void ctrlC_leavesNoProcessAndNoFile() throws Exception {
    services.forEach(ProcessHandle::destroy);
    demo.destroy();
    assertTrue(demo.waitFor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
    awaitEndOfServices();
    assertEquals(List.of(), files());
  }

  private void awaitEndOfServices() throws Exception {
    for (ProcessHandle service : services) {
      service.onExit().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void awaitLine(String part) throws IOException {
    BufferedReader lines = demo.inputReader(StandardCharsets.UTF_8);
    List<String> seen = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      seen.add(line);
      if (line.contains(part)) {
        return;
      }
    }
    throw new AssertionError("the demo never said '" + part + "': " + seen);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }
}
