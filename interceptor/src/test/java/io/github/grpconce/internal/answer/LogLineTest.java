package io.github.grpconce.internal.answer;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LogLineTest {

  /** Tests run in their module's directory. */
  private static final Path OPERATING = Path.of("..", "docs", "OPERATING.md");

  private static final String HEAD = "| level | line |\n|---|---|\n";

  @Test
  void table_hasEveryLineWithItsLevel() throws IOException {
    String expected =
        Arrays.stream(LogLine.values())
            .map(line -> "| " + line.level() + " | " + line.text().replace("%s", "…") + " |\n")
            .collect(joining("", HEAD, ""));
    String document = Files.readString(OPERATING);

    assertTrue(document.contains(HEAD), "no table");
    String table = document.substring(document.indexOf(HEAD));
    assertEquals(expected, table.substring(0, table.indexOf("\n\n") + 1));
  }
}
