package io.github.grpconce.internal.fingerprint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * Fingerprints are stored: these must never change. The table says of each rule what a client
 * sends, what the server's schema is, and what is recorded.
 */
class FrozenFingerprintsTest {

  private static final String TABLE = "frozen-fingerprints.txt";

  /**
   * One row.
   *
   * @param client the schema by which the request is sent, where the server has another one
   */
  private record Row(
      String rule,
      String syntax,
      List<String> client,
      List<String> server,
      String request,
      String digest,
      String fields,
      String notes) {

    PresentedRequest presented() {
      Schema sender =
          Schema.of(syntax, (client.isEmpty() ? server : client).toArray(String[]::new));
      return Schema.of(syntax, server.toArray(String[]::new)).presented(sender.sent(request));
    }
  }

  @TestFactory
  Stream<DynamicTest> everyRule_givesTheSameForEver() throws IOException {
    return rows().stream().map(row -> DynamicTest.dynamicTest(row.rule(), () -> assertFrozen(row)));
  }

  private static void assertFrozen(Row row) {
    var fingerprint = row.presented().fingerprint();
    HexFormat hex = HexFormat.of();
    assertEquals(3, fingerprint.getVersion());
    assertEquals(
        row.digest() + " " + row.fields() + " " + row.notes(),
        hex.formatHex(fingerprint.getDigest().toByteArray())
            + " "
            + hex.formatHex(fingerprint.getFieldDigests().toByteArray())
            + " "
            + hex.formatHex(fingerprint.getNotes().toByteArray()));
  }

  @Test
  void rowsThatAreTheSame_haveOneDigest() throws IOException {
    List<Row> rows = rows();
    assertAll(
        rows.stream()
            .filter(row -> row.rule().contains(" as "))
            .map(
                row -> {
                  String name = row.rule().substring(row.rule().indexOf(" as ") + 4);
                  Row other =
                      rows.stream()
                          .filter(each -> each.rule().equals(name))
                          .findFirst()
                          .orElseThrow();
                  return (Executable) () -> assertEquals(other.digest(), row.digest(), row.rule());
                }));
  }

  @Test
  void otherRows_haveOtherDigests() throws IOException {
    List<String> digests =
        rows().stream().filter(row -> !row.rule().contains(" as ")).map(Row::digest).toList();
    assertEquals(digests.size(), digests.stream().distinct().count());
  }

  private static List<Row> rows() throws IOException {
    try (InputStream in = FrozenFingerprintsTest.class.getResourceAsStream(TABLE)) {
      assertNotNull(in, TABLE);
      String text = new String(in.readAllBytes(), UTF_8);
      List<Row> rows = new ArrayList<>();
      for (String block : text.split("\n\n", -1)) {
        String kept =
            block.lines().filter(line -> !line.startsWith("#")).collect(Collectors.joining("\n"));
        if (!kept.isBlank()) {
          rows.add(row(kept));
        }
      }
      return rows;
    }
  }

  private static Row row(String block) {
    return new Row(
        value(block, "rule"),
        value(block, "syntax"),
        lines(value(block, "client")),
        lines(value(block, "server")),
        value(block, "request"),
        value(block, "digest"),
        value(block, "fields"),
        value(block, "notes"));
  }

  private static List<String> lines(String value) {
    return value.isEmpty() ? List.of() : List.of(value.split("; ", -1));
  }

  private static String value(String block, String key) {
    return block
        .lines()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> line.substring(key.length() + 1).strip())
        .findFirst()
        .orElse("");
  }
}
