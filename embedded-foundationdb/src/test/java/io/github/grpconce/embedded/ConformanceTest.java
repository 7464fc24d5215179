package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every answer that was recorded from a real cluster is given here, too, step by step.
 *
 * <p>{@code -Dconformance.directory=DIR} replays the recordings in another directory.
 */
class ConformanceTest {
  @TestFactory
  Stream<DynamicContainer> everyRecordedAnswerIsGiven() throws IOException {
    String other = System.getProperty("conformance.directory");
    return replays(other == null ? Scenarios.directory() : Path.of(other));
  }

  @TestFactory
  Stream<DynamicContainer> secondImplementationAgrees() throws IOException {
    return replays(Scenarios.secondOpinion());
  }

  private static Stream<DynamicContainer> replays(Path directory) throws IOException {
    List<Path> files = Scenarios.files(directory);
    assertFalse(files.isEmpty(), "no scenarios were found");
    return files.stream()
        .map(
            file ->
                DynamicContainer.dynamicContainer(
                    file.getFileName().toString(),
                    Scenarios.read(file).stream().map(ConformanceTest::test)));
  }

  private static DynamicTest test(JsonObject scenario) {
    return DynamicTest.dynamicTest(
        scenario.get("id").getAsString(), () -> Scenarios.replay(scenario));
  }
}
