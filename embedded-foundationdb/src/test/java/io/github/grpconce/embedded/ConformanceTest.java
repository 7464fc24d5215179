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
    List<Path> files = Scenarios.files(other == null ? Scenarios.directory() : Path.of(other));
    assertFalse(files.isEmpty(), "no recordings were found");
    return files.stream()
        .map(
            file ->
                DynamicContainer.dynamicContainer(
                    file.getFileName().toString(), Scenarios.read(file).stream().map(this::test)));
  }

  private DynamicTest test(JsonObject scenario) {
    return DynamicTest.dynamicTest(
        scenario.get("id").getAsString(), () -> Scenarios.replay(scenario));
  }
}
