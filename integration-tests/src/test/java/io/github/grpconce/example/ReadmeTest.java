package io.github.grpconce.example;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ReadmeTest {

  /** Tests run in their module's directory. */
  private static final Path README = Path.of("..", "README.md");

  /** An application of its own, which is built and run with the artifacts. */
  private static final Path SHOP = Path.of("..", "consumers", "projects", "shop");

  private static final Path TEST_OF_EXAMPLE =
      Path.of("src/test/java/io/github/grpconce/example/PaymentServiceTest.java");

  private static final Path TEST_OF_PROPAGATION =
      Path.of("src/test/java/io/github/grpconce/example/PropagationExampleTest.java");

  @Test
  void javaBlocks_areTheShopsSources_andTheTestsRegions() throws IOException {
    assertEquals(
        Stream.concat(
                Stream.of("PaymentService.java", "OrderService.java", "Shop.java")
                    .map(name -> text(SHOP.resolve("src/main/java/com/example/shop/" + name))),
                Stream.of(TEST_OF_EXAMPLE, TEST_OF_PROPAGATION)
                    .flatMap(source -> regions(source).stream()))
            .collect(joining("\n---\n")),
        String.join("\n---\n", Snippets.inMarkdown("java", Files.readString(README))));
  }

  @Test
  void pomAndProto_areTheShops() throws IOException {
    String readme = Files.readString(README);
    assertEquals(List.of(text(SHOP.resolve("pom.xml"))), Snippets.inMarkdown("xml", readme));
    assertEquals(
        List.of(text(SHOP.resolve("src/main/proto/shop.proto"))),
        Snippets.inMarkdown("proto", readme));
  }

  private static String text(Path source) {
    try {
      return Files.readString(source).stripTrailing();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void tableOfRefusals_hasEveryReasonWithItsStatus() throws IOException {
    String readme = Files.readString(README);
    for (ErrorReason reason : ErrorReason.values()) {
      String row = "(?m)^\\| [^|]*`%s`[^|]* \\| %s\\b".formatted(reason, reason.code());
      assertTrue(Pattern.compile(row).matcher(readme).find(), reason + " with " + reason.code());
    }
  }

  private static List<String> regions(Path source) {
    try {
      return Snippets.inJava(Files.readString(source));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    assertEquals(List.of("int a;", "int b;"), Snippets.inMarkdown("java", markdown));
  }

  @Test
  void tests_haveTheirRegions() {
    assertEquals(1, regions(TEST_OF_EXAMPLE).size());
    assertEquals(1, regions(TEST_OF_PROPAGATION).size());
  }
}
