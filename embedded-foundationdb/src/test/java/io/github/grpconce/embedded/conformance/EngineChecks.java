package io.github.grpconce.embedded.conformance;

import com.apple.foundationdb.tuple.Tuple;
import com.google.gson.JsonObject;
import io.github.grpconce.embedded.Clocks;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.cluster.Cluster;
import io.github.grpconce.embedded.internal.cluster.CommitRequest;
import io.github.grpconce.embedded.internal.cluster.Storage;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.runtime.Clock;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What proves an engine, to be run against any build of it, whichever class loader it comes from:
 * the recorded answers, and that no commit is acknowledged before it is stored.
 */
public final class EngineChecks {
  private EngineChecks() {}

  /** The first thing found wrong; null if everything is right. */
  public static String firstFailure() throws IOException {
    String early = acknowledgedTooEarly();
    if (early != null) {
      return early;
    }
    for (Path file : Scenarios.files(Scenarios.directory())) {
      for (JsonObject scenario : Scenarios.read(file)) {
        try {
          Scenarios.replay(scenario);
        } catch (AssertionError wrong) {
          return wrong.getMessage();
        }
      }
    }
    return null;
  }

  private static String acknowledgedTooEarly() {
    Clock clock = Clocks.of(new VirtualTime());
    CompletableFuture<Void> stored = new CompletableFuture<>();
    Storage storage = new Storage(clock, new Storage.State(1, SortedTree.empty()));
    Cluster cluster = new Cluster(clock, storage, (version, changes) -> stored, Long.MAX_VALUE);
    byte[] key = Tuple.from("key").pack();
    CommitRequest request =
        new CommitRequest(
            1, List.of(), List.of(), List.of(new Mutation(Operation.SET, key, new byte[0])));
    CompletableFuture<?> commit = cluster.proxy().commit(request);
    if (commit.isDone() || storage.newest().tree().get(key) != null) {
      return "a commit was acknowledged before it was stored";
    }
    stored.complete(null);
    return commit.isDone() ? null : "a stored commit was not acknowledged";
  }
}
