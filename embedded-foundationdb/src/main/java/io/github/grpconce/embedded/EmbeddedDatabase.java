package io.github.grpconce.embedded;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.DatabaseOptions;
import com.apple.foundationdb.EventKeeper;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.log.LogOptions;
import io.github.grpconce.embedded.tree.SortedTree;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * FoundationDB in this process: a {@link Database} that needs no cluster and no native library.
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
 * <p>Thread-safe. Futures are completed as fdb-java does it: later, on the executor of their
 * transaction, which is handed them by a thread that asked for nothing and holds no lock. None is
 * done when the call that made it returns, but for what {@code onHasNext} knows of rows that have
 * come, and for {@code onError} with an error that isn't the database's.
 */
public final class EmbeddedDatabase extends SingleProcessDatabase {
  private final Cluster cluster;
  private final Executor executor;
  private final Runnable onClose;
  private final DatabaseOptions options;
  private volatile boolean closed;

  private EmbeddedDatabase(Cluster cluster, Executor executor, Runnable onClose) {
    this.cluster = cluster;
    this.executor = executor;
    this.onClose = onClose;
    this.options =
        new DatabaseOptions(
            (code, value) -> cluster.settings(cluster.settings().with(code, value)));
  }

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

    /** How it is kept in the directory: {@link LogOptions#DEFAULT} by default. */
    public Builder log(LogOptions log) {
      this.log = log;
      return this;
    }

    /**
     * How much the database may hold: the bytes of all keys and values, and {@value
     * Capacity#ROW_OVERHEAD_BYTES} for each key, which is about what they take in memory. Half of
     * the maximum heap by default.
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
      Timeline time = timeline == null ? new SystemTimeline() : timeline;
      return directory == null ? inMemory(time) : durable(time, directory);
    }

    private Database inMemory(Timeline time) {
      Storage storage =
          new Storage(time, new Storage.State(Storage.FIRST_VERSION, SortedTree.empty()));
      CommitProxy.Log nothing = (version, changes) -> CompletableFuture.completedFuture(null);
      Executor pool = pool();
      return new EmbeddedDatabase(
          cluster(time, pool, storage, nothing), executorOr(pool), stop(time));
    }

    private Database durable(Timeline time, Path directory) {
      DurableStore store = new DurableStore(directory, log, time);
      Executor pool = pool();
      Cluster cluster = cluster(time, pool, store.storage(), store);
      Heartbeat heartbeat = new Heartbeat(cluster);
      Runnable onClose =
          () -> {
            heartbeat.close();
            stop(time).run();
            store.close();
          };
      return new EmbeddedDatabase(cluster, executorOr(pool), onClose);
    }

    private Cluster cluster(Timeline time, Executor pool, Storage storage, CommitProxy.Log log) {
      Completions completions = new Completions(Completions.network(time), pool, completesAtOnce);
      return new Cluster(time, random, faults, completions, storage, log, maxStoredBytes);
    }

    private Executor executorOr(Executor pool) {
      return executor == null ? pool : executor;
    }

    private static Runnable stop(Timeline time) {
      return time instanceof SystemTimeline system ? system::close : () -> {};
    }

    /**
     * Not the common pool: with two processors or fewer, {@link CompletableFuture} starts a thread
     * for each task that it is to run there. Its threads end when they are idle.
     */
    private static Executor pool() {
      int threads = Math.max(FEWEST_THREADS, Runtime.getRuntime().availableProcessors());
      return new ForkJoinPool(
          threads, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, /* asyncMode= */ true);
    }
  }

  /** What its transactions share. */
  Cluster cluster() {
    return cluster;
  }

  /**
   * A new transaction.
   *
   * @throws IllegalStateException if the database is closed
   */
  @Override
  public Transaction createTransaction(Executor e) {
    if (closed) {
      throw new IllegalStateException(
          "The database is closed: end what uses it first, or open it again");
    }
    return new EmbeddedTransaction(this, new TransactionCore(cluster, e));
  }

  @Override
  public Transaction createTransaction(Executor e, EventKeeper eventKeeper) {
    return createTransaction(e);
  }

  @Override
  public Executor getExecutor() {
    return executor;
  }

  @Override
  public DatabaseOptions options() {
    return options;
  }

  /** Always 0: there is no network thread. */
  @Override
  public double getMainThreadBusyness() {
    return 0;
  }

  @Override
  public void close() {
    closed = true;
    onClose.run();
  }

  @Override
  public <T> T run(Function<? super Transaction, T> retryable, Executor e) {
    return new RetryLoop(this, e).run(retryable);
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> retryable, Executor e) {
    return run(retryable, e);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> retryable, Executor e) {
    return new RetryLoop(this, e).runAsync(retryable);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> retryable, Executor e) {
    return runAsync(retryable, e);
  }
}
