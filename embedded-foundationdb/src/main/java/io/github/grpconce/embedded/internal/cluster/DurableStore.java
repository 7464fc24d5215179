package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.log.CommitLog;
import io.github.grpconce.embedded.internal.log.LogOptions;
import io.github.grpconce.embedded.internal.runtime.Clock;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Keeps a database in a directory: recovers it, stores its commits, and gives checkpoints. */
public final class DurableStore implements CommitProxy.Log, AutoCloseable {
  /**
   * How far the versions of a recovered database are ahead of its newest commit, as readers may
   * have been given versions up to there. FoundationDB's own recovery leaps as far.
   */
  private static final long RECOVERY_LEAP_VERSIONS = 100_000_000;

  private final CommitLog log;
  private final Storage storage;

  public DurableStore(Path directory, LogOptions options, Clock clock) {
    Recovered recovered = new Recovered();
    this.log = open(directory, options, recovered, this::snapshot);
    long newest = log.recoveredVersion();
    long start = newest == 0 ? Storage.FIRST_VERSION : newest + RECOVERY_LEAP_VERSIONS;
    this.storage =
        new Storage(clock, new Storage.State(start, recovered.tree), RECOVERY_LEAP_VERSIONS - 1);
  }

  private static CommitLog open(
      Path directory,
      LogOptions options,
      Recovered recovered,
      Supplier<CommitLog.Snapshot> snapshots) {
    try {
      return CommitLog.open(directory, options, recovered, snapshots);
    } catch (OutOfMemoryError error) {
      recovered.tree = SortedTree.empty(); // or there is no room for what is to be said
      throw new IllegalStateException(
          String.format(
              "%s holds more than fits into this process's heap of %,d MB, and all keys and values"
                  + " have to be in memory. Nothing was changed. Start the process with a larger"
                  + " -Xmx: about twice what the database holds.",
              directory.toAbsolutePath(), Runtime.getRuntime().maxMemory() >> 20),
          error);
    }
  }

  public Storage storage() {
    return storage;
  }

  @Override
  public CompletableFuture<Void> append(long version, List<Mutation> mutations) {
    return log.append(version, CommitCodec.encode(mutations));
  }

  /** Leaves the newest version that anybody was given, so that the next life begins after it. */
  @Override
  public void close() {
    try {
      var unused = append(storage.nextCommitVersion(), List.of());
    } catch (IllegalStateException | RejectedExecutionException refusal) {
      // Closed or failed before: then the leap has to do.
    }
    log.close();
  }

  private CommitLog.Snapshot snapshot() {
    return new Entries(storage.published());
  }

  private static final class Recovered implements CommitLog.RecoveredState {
    private SortedTree<byte[]> tree = SortedTree.empty();

    @Override
    public void entry(byte[] key, byte[] value) {
      tree = tree.put(key, value);
    }

    @Override
    public void commit(long version, byte[] commit) {
      for (Mutation mutation : CommitCodec.decode(commit)) {
        tree = mutation.applyTo(tree);
      }
    }
  }

  private record Entries(Storage.State state) implements CommitLog.Snapshot {
    @Override
    public long version() {
      return state.version();
    }

    @Override
    public void forEach(BiConsumer<byte[], byte[]> entry) {
      state
          .tree()
          .forward(
              Keys.BEGIN,
              Keys.END,
              (key, value) -> {
                entry.accept(key, value);
                return true;
              });
    }
  }
}
