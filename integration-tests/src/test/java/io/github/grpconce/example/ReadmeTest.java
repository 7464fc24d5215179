package io.github.grpconce.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReadmeTest {

  /** Tests run in their module's directory. */
  private static final Path README = Path.of("..", "README.md");

  private static final Path EXAMPLE =
      Path.of("src/main/java/io/github/grpconce/example/PaymentsExample.java");

  @Test
  void javaBlocks_areTheRegionsOfTheExample() throws IOException {
    assertEquals(
        String.join("\n---\n", Snippets.inJava(Files.readString(EXAMPLE))),
        String.join("\n---\n", Snippets.inMarkdown(Files.readString(README))));
  }

  @Test
  void regions_areFoundAndUnindented() {
    String source =
        """
          // readme: one
          int a() {
            return 1;
          }

          // readme: end
          int hidden;
            // readme: two
            int b;
            // readme: end
        """;
    assertEquals(List.of("int a() {\n  return 1;\n}", "int b;"), Snippets.inJava(source));
  }

  @Test
  void blocks_areFoundAmongOthers() {
    String markdown =
        """
        # Title

        ```java
        int a;
        ```
        ```sh
        ./demo
        ```

        ```java
        int b;
        ```
        """;
    assertEquals(List.of("int a;", "int b;"), Snippets.inMarkdown(markdown));
  }

  @Test
  void example_hasTheServersAndTheClientsRegion() throws IOException {
    assertEquals(2, Snippets.inJava(Files.readString(EXAMPLE)).size());
  }
}
