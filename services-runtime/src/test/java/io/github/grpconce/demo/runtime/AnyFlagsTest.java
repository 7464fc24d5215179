package io.github.grpconce.demo.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Whatever is given for a flag is understood, or refused as a mistake in the command line. */
class AnyFlagsTest {

  @Command(name = "service")
  private static final class Service {

    @Mixin private final ServerOptions options = new ServerOptions();
  }

  @Property
  void anyValues_areWithinTheLimitsOrRefused(@ForAll("flags") List<String> flags) {
    Service service = new Service();
    try {
      new CommandLine(service).parseArgs(flags.toArray(String[]::new));
      service.options.check();
    } catch (ParameterException e) {
      assertFalse(e.getMessage().isEmpty());
      return;
    }
    assertTrue(service.options.retention().compareTo(Duration.ofMinutes(1)) >= 0);
    assertFalse(service.options.drain().isNegative());
  }

  @Provide
  Arbitrary<List<String>> flags() {
    Arbitrary<String> names =
        Arbitraries.of("--port", "--drain-seconds", "--retention", "--data", "--subspace");
    Arbitrary<String> values =
        Arbitraries.oneOf(
            Arbitraries.of("", "0", "-1", "65536", "2147483648", "PT1M", "P-1D", "PT1e9S", "\0"),
            Arbitraries.longs().map(number -> "PT" + number + "S"),
            Arbitraries.integers().map(String::valueOf),
            Arbitraries.strings());
    return Combinators.combine(names, values)
        .as((name, value) -> name + "=" + value)
        .list()
        .ofMaxSize(3);
  }
}
