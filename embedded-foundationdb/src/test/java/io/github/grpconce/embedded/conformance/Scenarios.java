package io.github.grpconce.embedded.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Scenarios, each with the answers that it has to get, and their replay on a new database. */
public final class Scenarios {
  private Scenarios() {}

  /** Where the answers are that were recorded from a FoundationDB 7.3 cluster. */
  public static Path directory() {
    return resource("/conformance");
  }

  /** Where the answers of a second implementation are; its README says how they were made. */
  static Path secondOpinion() {
    return resource("/second-opinion");
  }

  private static Path resource(String name) {
    try {
      URI resource = Scenarios.class.getResource(name).toURI();
      return Path.of(resource);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The files in a directory, one for each kind of scenario. */
  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jsonl.gz")).sorted().toList();
    }
  }

  /** The scenarios of one file, a line each. */
  public static List<JsonObject> read(Path file) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Replays a scenario.
   *
   * @throws AssertionError naming the first step whose answer differs
   */
  public static void replay(JsonObject scenario) {
    VirtualTime time = new VirtualTime();
    try (var database = EmbeddedDatabase.newBuilder().timeline(time).executor(time).build();
        ScenarioReplay replay = new ScenarioReplay(database, Pace.of(time))) {
      compare(scenario, replay);
    }
  }

  static void compare(JsonObject scenario, ScenarioReplay replay) {
    int index = 0;
    for (JsonElement element : scenario.getAsJsonArray("steps")) {
      JsonObject step = element.getAsJsonObject();
      JsonElement answer = replay.answer(step);
      if (!answer.equals(step.get("want"))) {
        throw new AssertionError(
            scenario.get("id").getAsString()
                + " step "
                + index
                + ": "
                + step
                + " was answered "
                + answer);
      }
      index++;
    }
  }
}
