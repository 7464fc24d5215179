package io.github.grpconce.embedded.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDB;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.grpconce.embedded.internal.range.RangeResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A FoundationDB cluster that has to give the recorded answers, too: the one of {@code
 * -Dgrpconce.cluster-file=PATH}. Without that, nothing here is loaded, and no native code.
 *
 * <p>Scenarios read from the first key to the last, so it has to be empty, and nobody else may use
 * it meanwhile: each scenario ends by clearing all of it. A part of a cluster behind a prefix, as
 * other tests have it, would not do. Scenarios ask what a selector finds that runs off either end
 * of the database, how large a transaction is, which keys are too long and which keys exactly a
 * read conflicts with: there the answers would be the view's.
 */
final class RealCluster implements Pace, AutoCloseable {
  private static final int API_VERSION = 730;

  private static final byte[] FIRST = {};
  private static final byte[] BEHIND_LAST = {(byte) 0xff};
  private static final long LONGEST_ANSWER_SECONDS = 60;

  private final Database database;

  private RealCluster(Database database) {
    this.database = database;
  }

  /** The cluster file that was given, if one was. */
  static Optional<String> file() {
    return Optional.ofNullable(System.getProperty("grpconce.cluster-file"));
  }

  /** Connects, and sees that nobody has anything there. */
  static RealCluster open(String file) {
    Database database = FDB.selectAPIVersion(API_VERSION).open(file);
    List<String> found =
        database.read(tr -> tr.getRange(FIRST, BEHIND_LAST, 1).asList().join()).stream()
            .map(row -> ByteArrayUtil.printable(row.getKey()))
            .toList();
    assertTrue(
        found.isEmpty(),
        () ->
            "The recorded answers need a cluster of their own, as they read all keys and clear"
                + " them: start one for them alone. This one is in use: "
                + found);
    return new RealCluster(database);
  }

  /** Why a scenario can't be replayed here; empty if it can. */
  static Optional<String> reasonToSkip(JsonObject scenario) {
    List<JsonObject> steps =
        scenario.getAsJsonArray("steps").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .toList();
    if (raceOfWatchAndRetry(steps)) {
      return Optional.of("chance decides whether the watch's value or the next try comes first");
    }
    return steps.stream().flatMap(step -> reasonToSkipStep(step).stream()).findFirst();
  }

  private static boolean raceOfWatchAndRetry(List<JsonObject> steps) {
    return IntStream.range(1, steps.size())
        .anyMatch(at -> isStep(steps.get(at - 1), "watch") && isStep(steps.get(at), "onError"));
  }

  private static boolean isStep(JsonObject step, String action) {
    return step.get("do").getAsString().equals(action);
  }

  private static Optional<String> reasonToSkipStep(JsonObject step) {
    return switch (step.get("do").getAsString()) {
      case "sleep" -> Optional.of("it waits, which needs virtual time");
      default -> Optional.empty();
    };
  }

  /**
   * Replays a scenario.
   *
   * @throws AssertionError naming the first step whose answer differs
   */
  void replay(JsonObject scenario) {
    try (ScenarioReplay replay = new ScenarioReplay(database, this)) {
      Scenarios.compare(scenario, replay);
    } finally {
      database.run(
          tr -> {
            tr.clear(FIRST, BEHIND_LAST);
            return null;
          });
    }
  }

  @Override
  public <T extends @Nullable Object> T join(CompletableFuture<T> future) {
    try {
      return future.get(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      throw new CompletionException(failure.getCause());
    } catch (InterruptedException | TimeoutException failure) {
      throw new AssertionError("no answer came", failure);
    }
  }

  @Override
  public void await(CompletableFuture<?> future, Duration patience) {
    try {
      future.handle((value, error) -> null).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException isAllowed) {
      // The scenario says what it expects then.
    } catch (InterruptedException | ExecutionException failure) {
      throw new AssertionError(failure);
    }
  }

  @Override
  public void close() {
    database.close();
  }

  @Override
  public CompletableFuture<RangeResult> chunk(
      AsyncIterable<KeyValue> range, StreamingMode mode, int iteration) {
    return ClusterChunk.of(range, mode, iteration);
  }

  /** Real time passes by itself. */
  @Override
  public void pass(Duration duration) {}
}
