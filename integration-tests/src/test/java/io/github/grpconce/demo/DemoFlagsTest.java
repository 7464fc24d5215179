package io.github.grpconce.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DemoFlagsTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--orders 0              | --orders must be 1 to 100000",
        "--orders -5             | --orders must be 1 to 100000",
        "--orders 100001         | --orders must be 1 to 100000",
        "--orders ten            | '--orders': 'ten' is not an int",
        "--orders                | Missing required parameter for option '--orders'",
        "--seed x                | '--seed': 'x' is not a long",
        "--concurrency 0         | --concurrency must be 1 to 256",
        "--concurrency 257       | --concurrency must be 1 to 256",
        "--drop 1                | --drop must be 0 to 0.8",
        "--drop -0.1             | --drop must be 0 to 0.8",
        "--drop NaN              | --drop must be 0 to 0.8",
        "--drop half             | '--drop': 'half' is not a double",
        "--reset 0.9             | --reset must be 0 to 0.8",
        "--drop 0.5 --reset 0.5  | --drop and --reset must be at most 0.8 together",
        "--kill -1               | --kill must be 0 to 100",
        "--kill 101              | --kill must be 0 to 100",
        "--cluster-file /no/such | --cluster-file: cannot read /no/such",
        "--cluster-file /        | --cluster-file: cannot read /",
        "--only both             | must be guarded or unguarded, but is 'both'",
        "--orders 1 --orders 2   | option '--orders' (N) should be specified only once",
        "--order 5               | Unknown option",
        "more                    | Unmatched argument",
      })
  void wrongFlag_isNamed(String flags, String complaint) {
    assertEquals(2, run(flags.split(" +")));
    String message = err.toString(StandardCharsets.UTF_8);
    assertTrue(message.contains(complaint), message);
    assertTrue(message.contains("./demo --help"), message);
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void help_namesEveryFlagFigureAndExitStatus(String flag) {
    assertEquals(0, run(flag));
    String help = out.toString(StandardCharsets.UTF_8);
    for (String named :
        new String[] {
          "--orders",
          "--seed",
          "--concurrency",
          "--drop",
          "--reset",
          "--kill",
          "--cluster-file",
          "--only",
          "--json",
          "ordersChargedTwice",
          "ordersLost",
          "moneyMissing",
          "Exit status"
        }) {
      assertTrue(help.contains(named), named);
    }
  }

  @Test
  void help_fitsATerminal() {
    run("--help");
    out.toString(StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> assertTrue(line.length() <= 100, line));
  }

  private int run(String... args) {
    return Demo.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        args);
  }
}
