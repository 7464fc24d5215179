package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.internal.cluster.Cluster;

/** What tests look at behind an embedded database's interface. */
public final class Insides {
  private Insides() {}

  /** The cluster's side of the database. */
  public static Cluster cluster(Database embedded) {
    return ((OpenDatabase) embedded).context().cluster();
  }
}
