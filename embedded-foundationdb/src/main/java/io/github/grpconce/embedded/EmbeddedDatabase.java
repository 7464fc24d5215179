package io.github.grpconce.embedded;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.internal.binding.OpenDatabase;
import io.github.grpconce.embedded.internal.cluster.Cluster;
import io.github.grpconce.embedded.internal.cluster.CommitProxy;
import io.github.grpconce.embedded.internal.cluster.DurableStore;
import io.github.grpconce.embedded.internal.cluster.Heartbeat;
import io.github.grpconce.embedded.internal.cluster.Storage;
import io.github.grpconce.embedded.internal.log.LogOptions;
import io.github.grpconce.embedded.internal.runtime.Completions;
import io.github.grpconce.embedded.internal.runtime.OwnThreads;
import io.github.grpconce.embedded.internal.transaction.DatabaseContext;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Opens FoundationDB in this process: a {@link Database} that needs no cluster and no native
 * library.
 *
 * <p>It answers as FoundationDB 7.3 does: strictly serializable transactions, read-your-writes,
 * exact conflict ranges, atomic operations, versionstamps, watches, the same limits and error
 * codes.
 *
 * <pre>{@code
 * try (Database db = EmbeddedDatabase.inMemory()) {
 *   db.run(tr -> {
 *     tr.set(key, value);
 *     return null;
 *   });
 * }
 * }</pre>
 *
 * <p>The databases are thread-safe. Futures are completed as fdb-java does it: later, on the
 * executor of their transaction, which is handed them by a thread that asked for nothing and holds
 * no lock. None is done when the call that made it returns, but for what {@code onHasNext} knows of
 * rows that have come, and for {@code onError} with an error that isn't the database's.
 */
public final class EmbeddedDatabase {
  private EmbeddedDatabase() {}

  /** A new, empty database that is gone when it is closed. */
  public static Database inMemory() {
    return newBuilder().build();
  }

  /**
   * The database in a directory, which is made if it does not exist.
   *
   * <p>A commit completes, and can be read, only when it is on disk: what was acknowledged survives
   * the end of the process, however it ends, and of the machine. The directory is locked until the
   * database is closed or its process ends. All keys and values are in memory, too.
   *
   * <p>When the disk is full or fails, or this process has no memory left to follow what it stored,
   * commits under way end with {@code commit_unknown_result} (1021) and all later ones with {@code
   * io_error} (1510); reads go on. Opening the directory again shows what was stored.
   *
   * @throws IllegalStateException if another process has the directory, if its files are damaged or
   *     of a newer format, if it can't be written, or if it holds more than fits into the heap; the
   *     message says what to do
   */
  public static Database open(Path directory) {
    return newBuilder().directory(directory).build();
  }

  /** A builder for a database with its own time, threads or randomness. */
  public static Builder newBuilder() {
    return new Builder();
  }

  /** Builds an {@link EmbeddedDatabase}. Not thread-safe. */
  public static final class Builder {
    private static final int FEWEST_THREADS = 4;

    /** The other half is for the last five seconds' old versions, and for the application. */
    private static final int HEAP_PER_STORED_BYTE = 2;

    private @Nullable Timeline timeline;
    private @Nullable Executor executor;
    private boolean completesAtOnce;
    private RandomGenerator random = new SplittableRandom();
    private @Nullable Path directory;
    private LogOptions log = LogOptions.DEFAULT;
    private FaultPlan faults = FaultPlan.seeded(0);
    private long maxStoredBytes = Runtime.getRuntime().maxMemory() / HEAP_PER_STORED_BYTE;

    private Builder() {}

    /**
     * What versions, ages, timeouts and back-offs go by; real time by default. Futures are handed
     * over to their executors by tasks of a given timeline, and else by a thread of the database.
     */
    public Builder timeline(Timeline timeline) {
      this.timeline = timeline;
      return this;
    }

    /**
     * Where futures are completed, unless a transaction is given another; a small pool of daemon
     * threads by default.
     */
    public Builder executor(Executor executor) {
      this.executor = executor;
      return this;
    }

    /**
     * Gives what can be answered at once as a completed future, which fdb-java never does; off by
     * default.
     *
     * <p>It saves a change of threads for each answer, which matters to whoever measures. It hides
     * what relies on the asking thread: a continuation that needs its thread-locals, its gRPC
     * Context or a lock of its own works with this, and fails on a cluster.
     */
    public Builder completeAtOnce(boolean completesAtOnce) {
      this.completesAtOnce = completesAtOnce;
      return this;
    }

    /** What back-offs are drawn from. Used by one thread at a time. */
    public Builder random(RandomGenerator random) {
      this.random = random;
      return this;
    }

    /**
     * Where the database is kept; without, it is in memory only. See {@link EmbeddedDatabase#open}.
     */
    public Builder directory(Path directory) {
      this.directory = directory;
      return this;
    }

    /**
     * Whether a commit is acknowledged only when it is on disk, which is the default. Without, what
     * was acknowledged survives the end of the process, but not of the machine.
     */
    public Builder sync(boolean sync) {
      this.log = log.withSync(sync);
      return this;
    }

    /**
     * How large the log may grow before it is replaced by a checkpoint, 64 MiB by default: opening
     * a directory reads at most this and twice the data. While the data takes more, a checkpoint is
     * due when the log has grown as large as the previous one.
     *
     * @throws IllegalArgumentException if it isn't positive
     */
    public Builder checkpointBytes(long bytes) {
      this.log = log.withCheckpointBytes(bytes);
      return this;
    }

    /**
     * How many bytes of commits may wait for the disk, 64 MiB by default. Commits beyond it fail
     * with 1042 ({@code commit_proxy_memory_limit_exceeded}), which is retried.
     *
     * @throws IllegalArgumentException if it isn't positive
     */
    public Builder queueBytes(long bytes) {
      this.log = log.withQueueBytes(bytes);
      return this;
    }

    /**
     * How much the database may hold: the bytes of all keys and values, and 72 for each key, which
     * is about what they take in memory. Half of the maximum heap by default.
     *
     * <p>A commit that would lead beyond it fails with {@code large_alloc_failed} (1501), which is
     * not retried; nothing is lost, reads go on, and so do commits that take no more room than
     * before, so that something can be cleared. A directory that holds more already can be opened.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder maxStoredBytes(long maxStoredBytes) {
      if (maxStoredBytes < 0) {
        throw new IllegalArgumentException("maxStoredBytes is negative: " + maxStoredBytes);
      }
      this.maxStoredBytes = maxStoredBytes;
      return this;
    }

    /** What goes wrong, for tests; nothing by default. */
    public Builder faultPlan(FaultPlan faults) {
      this.faults = faults;
      return this;
    }

    /**
     * A new database with what was set.
     *
     * @throws IllegalStateException as {@link EmbeddedDatabase#open} does
     */
    public Database build() {
      return directory == null ? inMemory() : durable(directory);
    }

    private Database inMemory() {
      TimeSource time = time();
      Storage storage =
          new Storage(time.clock(), new Storage.State(Storage.FIRST_VERSION, SortedTree.empty()));
      CommitProxy.Log nothing = (version, changes) -> CompletableFuture.completedFuture(null);
      return open(new Cluster(time.clock(), storage, nothing, maxStoredBytes), time, time.stop());
    }

    private Database durable(Path directory) {
      TimeSource time = time();
      DurableStore store = new DurableStore(directory, log, time.clock());
      Cluster cluster = new Cluster(time.clock(), store.storage(), store, maxStoredBytes);
      Heartbeat heartbeat = new Heartbeat(cluster);
      Runnable onClose =
          () -> {
            heartbeat.close();
            time.stop().run();
            store.close();
          };
      return open(cluster, time, onClose);
    }

    private TimeSource time() {
      return timeline == null ? TimeSource.system() : TimeSource.of(timeline);
    }

    private Database open(Cluster cluster, TimeSource time, Runnable onClose) {
      Executor pool = pool();
      Completions completions =
          new Completions(time.network(), pool, completesAtOnce, TimeSource::threadless);
      DatabaseContext context = new DatabaseContext(cluster, completions, faults.source(), random);
      return new OpenDatabase(context, executor == null ? pool : executor, onClose);
    }

    /**
     * Not the common pool: with two processors or fewer, {@link CompletableFuture} starts a thread
     * for each task that it is to run there. Its threads end when they are idle.
     */
    private static Executor pool() {
      int threads = Math.max(FEWEST_THREADS, Runtime.getRuntime().availableProcessors());
      return new ForkJoinPool(threads, OwnThreads::worker, null, /* asyncMode= */ true);
    }
  }
}
