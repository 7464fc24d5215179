package io.github.grpconce.teststore;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDB;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that this process's tests run on: the only class of the tests that touches
 * FoundationDB's native client, and only if a cluster file was given. What is written here is below
 * {@code ("grpconce-test", a random number of this run)}.
 *
 * <p>Thread-safe.
 */
final class TestCluster {

  private static final int API_VERSION = 730;
  private static final long NANOS_PER_VERSION = 1000;
  private static final String ROOT = "grpconce-test";

  /** A cluster that is recovering is waited for; one that isn't there is reported. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The native client can be started once in a process. */
  private static @Nullable TestCluster opened;

  /** Why it can't be used: known to all tests after the first, which has waited for it. */
  private static @Nullable String failure;

  private final FDB fdb;
  private final String clusterFile;
  private final Database whole;
  private final Subspace run = new Subspace(Tuple.from(ROOT, new SecureRandom().nextLong()));
  private final AtomicLong views = new AtomicLong();
  private final List<Database> open = new CopyOnWriteArrayList<>();

  private TestCluster(FDB fdb, String clusterFile) {
    this.fdb = fdb;
    this.clusterFile = clusterFile;
    this.whole = fdb.open(clusterFile);
    whole.options().setTransactionTimeout(PATIENCE.toMillis());
  }

  /**
   * The one cluster of this process.
   *
   * @throws IllegalStateException if it can't be used
   */
  static synchronized TestCluster of(Path clusterFile) {
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
    if (opened == null) {
      try {
        opened = connect(clusterFile);
      } catch (IllegalStateException e) {
        failure = String.valueOf(e.getMessage());
        throw e;
      }
    }
    return opened;
  }

  /** Clears what tests have left. */
  static synchronized void closeWhatIsOpen() {
    if (opened != null) {
      opened.open.forEach(Database::close);
    }
  }

  /** Clears whatever came of this run, so also what was committed after its test had ended. */
  static synchronized void clear() {
    if (opened != null) {
      closeWhatIsOpen();
      opened.clear(opened.run.getKey());
    }
  }

  private static TestCluster connect(Path clusterFile) {
    if (!Files.isReadable(clusterFile)) {
      throw new IllegalStateException(
          "cannot read the cluster file %s: check -D%s"
              .formatted(clusterFile.toAbsolutePath(), TestStore.CLUSTER_FILE));
    }
    try {
      TestCluster cluster =
          new TestCluster(FDB.selectAPIVersion(API_VERSION), clusterFile.toString());
      cluster.clear(cluster.run.getKey());
      return cluster;
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "FoundationDB's native client (libfdb_c, 7.3 or newer) cannot be loaded: set"
              + " LD_LIBRARY_PATH to its directory before Java is started, or leave out -D"
              + TestStore.CLUSTER_FILE
              + " to use the embedded engine",
          e);
    } catch (FDBException | CompletionException e) {
      throw new IllegalStateException(
          "the cluster of %s does not answer within %d seconds: is it running?"
              .formatted(clusterFile.toAbsolutePath(), PATIENCE.toSeconds()),
          e);
    }
  }

  /**
   * A new view. It has a client's {@link Database} of its own, as a process would, with its own
   * options and watches.
   */
  Database open(LongSupplier nanosAhead) {
    byte[] prefix = run.pack(Tuple.from(views.incrementAndGet()));
    Database view =
        new PrefixedDatabase(
            fdb.open(clusterFile),
            new PrefixedKeys(prefix),
            () -> nanosAhead.getAsLong() / NANOS_PER_VERSION,
            () -> clear(prefix));
    open.add(view);
    return view;
  }

  private void clear(byte[] prefix) {
    whole.run(
        transaction -> {
          transaction.clear(Range.startsWith(prefix));
          return null;
        });
  }
}
