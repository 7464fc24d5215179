package io.github.grpconce.demo.runtime;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDB;
import com.apple.foundationdb.FDBException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * FoundationDB's native client: the only class of the project that touches it, and only if a
 * cluster file was given.
 */
final class ClusterClient {

  private static final int API_VERSION = 730;

  private ClusterClient() {}

  static Database open(Path clusterFile) {
    if (!Files.isReadable(clusterFile)) {
      throw new StartupException(
          "cannot read the cluster file %s: check --cluster-file, or leave it out to use the"
                  .formatted(clusterFile)
              + " embedded engine",
          null);
    }
    try {
      return FDB.selectAPIVersion(API_VERSION).open(clusterFile.toString());
    } catch (LinkageError e) {
      throw new StartupException(
          "FoundationDB's native client (libfdb_c, 7.3 or newer) cannot be loaded: install the"
              + " package foundationdb-clients, or leave out --cluster-file to use the embedded"
              + " engine (%s)".formatted(e.getMessage()),
          e);
    } catch (FDBException e) {
      throw new StartupException(
          "cannot open the cluster of %s: %s".formatted(clusterFile, e.getMessage()), e);
    }
  }

  /**
   * Leaves it to the caller to stop the client's network thread, as the last thing before the
   * process ends. The client's own shutdown hook would stop it while calls are still drained.
   *
   * @return stops it; there is no starting it again in this process
   */
  static Runnable takeOverNetwork() {
    FDB fdb = FDB.instance();
    fdb.disableShutdownHook();
    return fdb::stopNetwork;
  }
}
