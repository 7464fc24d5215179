package io.github.grpconce.teststore;

import com.apple.foundationdb.Database;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The database that a test uses: the embedded engine, or, with {@code
 * -Dgrpconce.cluster-file=PATH}, an empty part of that FoundationDB cluster.
 *
 * <pre>{@code
 * @StoreTest
 * class LedgerTest {
 *   private final Database database = TestStore.open(EmbeddedDatabase::inMemory);
 *
 *   @AfterEach
 *   void close() {
 *     database.close();
 *   }
 * }
 * }</pre>
 *
 * <p>On a cluster each database that is opened here is a view whose keys stand behind a prefix of
 * its own, so tests use whatever keys they like, and may run at the same time. Closing it clears
 * it; what a test has left open is closed when its class has ended, however it ended.
 *
 * <p>Thread-safe.
 */
public final class TestStore {

  /** The system property with a cluster's file. Without it nothing here knows of clusters. */
  public static final String CLUSTER_FILE = "grpconce.cluster-file";

  /** Whether the test that runs would run on a cluster; true where nobody follows the tests. */
  static volatile boolean marked = true;

  private TestStore() {}

  /** The cluster's file, if there is to be one. */
  public static Optional<Path> clusterFile() {
    return Optional.ofNullable(System.getProperty(CLUSTER_FILE))
        .filter(file -> !file.isBlank())
        .map(file -> Path.of(file).toAbsolutePath());
  }

  /**
   * Opens a new, empty database.
   *
   * @param engine opens the embedded one; not asked with a cluster
   * @throws IllegalStateException if the test isn't marked or the cluster can't be used; the
   *     message says what to do
   */
  public static Database open(Supplier<Database> engine) {
    return open(engine, () -> 0);
  }

  /**
   * Opens a new, empty database for a test that lets time pass at a jump. A cluster's can't: there
   * its versions are shown to be ahead. Versionstamps, and what the cluster makes of a
   * transaction's age, are as they are.
   *
   * @param engine opens the embedded one; not asked with a cluster
   * @param nanosAhead how much time was skipped, in nanoseconds; never falls
   * @throws IllegalStateException if the test isn't marked or the cluster can't be used; the
   *     message says what to do
   */
  public static Database open(Supplier<Database> engine, LongSupplier nanosAhead) {
    requireMark();
    return clusterFile().map(file -> TestCluster.of(file).open(nanosAhead)).orElseGet(engine);
  }

  /**
   * Opens a new, empty database for a test that does everything in one thread. A cluster's futures
   * are done when they are returned, but for watches and versionstamps.
   *
   * @param engine opens the embedded one, which is to complete its futures in that thread; not
   *     asked with a cluster
   * @param nanosAhead as in {@link #open(Supplier, LongSupplier)}
   * @throws IllegalStateException if the test isn't marked or the cluster can't be used; the
   *     message says what to do
   */
  public static Database openPrompt(Supplier<Database> engine, LongSupplier nanosAhead) {
    requireMark();
    return clusterFile()
        .map(file -> PromptDatabase.over(TestCluster.of(file).open(nanosAhead)))
        .orElseGet(engine);
  }

  private static void requireMark() {
    if (!marked) {
      throw new IllegalStateException(
          "mark the test's class with @StoreTest, else no cluster will ever see it");
    }
  }
}
