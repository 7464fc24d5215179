package io.github.grpconce.demo.runtime;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A service's open database: the embedded engine on a directory, or a FoundationDB cluster.
 *
 * <p>Thread-safe.
 */
public final class Store implements AutoCloseable {

  /**
   * FoundationDB's client waits for an unreachable cluster for ever, and with it whoever asks. No
   * transaction is of use for longer than five seconds after its first read.
   */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  private final Database database;
  private final Runnable afterwards;

  private Store(Database database, Runnable afterwards) {
    database.options().setTransactionTimeout(TRANSACTION_TIMEOUT.toMillis());
    this.database = database;
    this.afterwards = afterwards;
  }

  /**
   * Opens the embedded engine.
   *
   * @param directory is created if it isn't there; only one process may have it open
   * @throws StartupException if it is in use by another process, not writable or damaged
   */
  public static Store embedded(Path directory) {
    try {
      return new Store(EmbeddedDatabase.open(directory), () -> {});
    } catch (IllegalStateException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Opens a FoundationDB cluster.
   *
   * @throws StartupException if the file can't be read or the native client isn't installed
   */
  public static Store cluster(Path clusterFile) {
    return new Store(ClusterClient.open(clusterFile), () -> {});
  }

  /** Opens a cluster for a process that ends when this is closed. */
  static Store ofProcess(Path clusterFile) {
    Database database = ClusterClient.open(clusterFile);
    return new Store(database, ClusterClient.takeOverNetwork());
  }

  /** Returns the database; it is closed with this. */
  public Database database() {
    return database;
  }

  @Override
  public void close() {
    database.close();
    afterwards.run();
  }
}
