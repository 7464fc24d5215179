package io.github.grpconce.embedded;

/** The parts of a cluster, as far as one process needs them. Thread-safe. */
final class Cluster {
  private final Clock clock;
  private final Storage storage;
  private final WatchRegistry watches = new WatchRegistry();
  private final CommitProxy proxy;

  /**
   * A cluster.
   *
   * @param maxStoredBytes how much it may hold, see {@link Capacity}
   */
  Cluster(Clock clock, Storage storage, CommitProxy.Log log, long maxStoredBytes) {
    this.clock = clock;
    this.storage = storage;
    this.proxy = new CommitProxy(storage, watches, log, maxStoredBytes);
  }

  Clock clock() {
    return clock;
  }

  Storage storage() {
    return storage;
  }

  WatchRegistry watches() {
    return watches;
  }

  CommitProxy proxy() {
    return proxy;
  }
}
