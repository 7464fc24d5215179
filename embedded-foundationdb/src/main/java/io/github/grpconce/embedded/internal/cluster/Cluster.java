package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.runtime.Clock;

/** The parts of a cluster, as far as one process needs them. Thread-safe. */
public final class Cluster {
  private final Clock clock;
  private final Storage storage;
  private final WatchRegistry watches = new WatchRegistry();
  private final CommitProxy proxy;

  /**
   * A cluster.
   *
   * @param maxStoredBytes how much it may hold, see {@link Capacity}
   */
  public Cluster(Clock clock, Storage storage, CommitProxy.Log log, long maxStoredBytes) {
    this.clock = clock;
    this.storage = storage;
    this.proxy = new CommitProxy(storage, watches, log, maxStoredBytes);
  }

  public Clock clock() {
    return clock;
  }

  public Storage storage() {
    return storage;
  }

  WatchRegistry watches() {
    return watches;
  }

  public CommitProxy proxy() {
    return proxy;
  }
}
