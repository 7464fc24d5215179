package io.github.grpconce.embedded.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All scenarios of a kind in one test: for mutation testing, which runs test by test and so would
 * read all of them once more for each of the thousands of tests that {@link ConformanceTest} makes.
 * Its name keeps it out of the usual build.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES) // for hundreds of scenarios, and not for one
class ConformanceByKind {
  @ParameterizedTest
  @MethodSource("files")
  void everyAnswerIsGiven(Path scenarios) {
    Scenarios.read(scenarios).forEach(Scenarios::replay);
  }

  static List<Path> files() throws IOException {
    return Stream.of(
            Scenarios.files(Scenarios.secondOpinion()), Scenarios.files(Scenarios.directory()))
        .flatMap(List::stream)
        .toList();
  }
}
