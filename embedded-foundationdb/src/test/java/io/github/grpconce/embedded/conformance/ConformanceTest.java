package io.github.grpconce.embedded.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import com.apple.foundationdb.tuple.Versionstamp;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every answer that was recorded from a real cluster is given here, too, step by step.
 *
 * <p>{@code -Dconformance.directory=DIR} replays the recordings in another directory. {@code
 * -Dgrpconce.cluster-file=PATH} replays all of them on that cluster, too, which has to be empty.
 */
class ConformanceTest {
  @TestFactory
  Stream<DynamicContainer> everyRecordedAnswerIsGiven() throws IOException {
    String other = System.getProperty("conformance.directory");
    return replays(other == null ? Scenarios.directory() : Path.of(other), Scenarios::replay);
  }

  @TestFactory
  Stream<DynamicContainer> secondImplementationAgrees() throws IOException {
    return replays(Scenarios.secondOpinion(), Scenarios::replay);
  }

  /** What the cluster can't replay is aborted, by its name and with the reason. */
  @TestFactory
  Stream<DynamicContainer> clusterAgrees() throws IOException {
    Optional<String> file = RealCluster.file();
    if (file.isEmpty()) {
      return Stream.empty();
    }
    RealCluster cluster = RealCluster.open(file.get());
    Consumer<JsonObject> replay =
        scenario -> {
          RealCluster.reasonToSkip(scenario).ifPresent(Assumptions::abort);
          cluster.replay(scenario);
        };
    return Stream.concat(
        replays(Scenarios.directory(), replay), replays(Scenarios.secondOpinion(), replay));
  }

  @Test
  void clusterTakesTheReadmesVersionstampsForItsOwn() {
    Assumptions.assumeTrue(RealCluster.file().isPresent(), "no cluster was given");
    Subspace subspace = new Subspace(Tuple.from("sub", 1));
    Tuple same = Tuple.from("entry", Versionstamp.incomplete(7), "tail");

    // packWithVersionstamp asks which API version was selected.
    RealCluster.open(RealCluster.file().get()).close();
    // The placeholder's bytes don't matter: they are zeros in one, and not in the other.
    assertEquals(
        hex(subspace.packWithVersionstamp(same)).replace("ff".repeat(10), ""),
        hex(StampedKeys.pack(subspace, 7)).replace("00".repeat(10), ""));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static Stream<DynamicContainer> replays(Path directory, Consumer<JsonObject> replay)
      throws IOException {
    List<Path> files = Scenarios.files(directory);
    assertFalse(files.isEmpty(), "no scenarios were found");
    return files.stream()
        .map(
            file ->
                DynamicContainer.dynamicContainer(
                    file.getFileName().toString(),
                    Scenarios.read(file).stream().map(scenario -> test(scenario, replay))));
  }

  private static DynamicTest test(JsonObject scenario, Consumer<JsonObject> replay) {
    return DynamicTest.dynamicTest(scenario.get("id").getAsString(), () -> replay.accept(scenario));
  }
}
