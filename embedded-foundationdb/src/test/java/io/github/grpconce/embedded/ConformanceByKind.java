package io.github.grpconce.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The recorded answers, all of a kind in one test: for mutation testing, which runs test by test
 * and so would read all recordings once more for each of the thousands that {@link ConformanceTest}
 * makes of them. Its name keeps it out of the usual build.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES) // for hundreds of scenarios, and not for one
class ConformanceByKind {
  @ParameterizedTest
  @MethodSource("files")
  void everyRecordedAnswerIsGiven(Path recordings) {
    Scenarios.read(recordings).forEach(Scenarios::replay);
  }

  static List<Path> files() throws IOException {
    return Scenarios.files(Scenarios.directory());
  }
}
