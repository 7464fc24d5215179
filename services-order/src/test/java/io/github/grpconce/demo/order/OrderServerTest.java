package io.github.grpconce.demo.order;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flags that only the order service has, through its main method. */
class OrderServerTest {

  private static final int USAGE = 2;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void killWhatIsLeft() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void missingPayment_isUsage() throws Exception {
    assertUsage("Missing required option: '--payment=HOST:PORT'");
  }

  @ParameterizedTest
  @CsvSource({
    "--payment=no target, --payment must be HOST:PORT",
    "--merchant=The Shop, --merchant must be 1 to 64 of a-z",
    "--payment-timeout-millis=4001, --payment-timeout-millis must be 1 to 4000"
  })
  void wrongValue_isUsage(String flag, String message) throws Exception {
    List<String> flags = new ArrayList<>(List.of(flag));
    if (!flag.startsWith("--payment=")) {
      flags.add("--payment=localhost:1");
    }
    assertUsage(message, flags.toArray(String[]::new));
  }

  private void assertUsage(String message, String... args) throws Exception {
    Process process = start(args);

    assertEquals(USAGE, process.waitFor());
    String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertTrue(errors.startsWith("services-order: " + message), errors);
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // it does not live long enough for more
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(OrderServer.class.getName());
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }
}
