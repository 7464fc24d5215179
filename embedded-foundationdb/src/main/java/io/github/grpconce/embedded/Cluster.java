package io.github.grpconce.embedded;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** The parts that all transactions of one database share. Thread-safe. */
final class Cluster {
  private final Timeline timeline;
  private final RandomGenerator random;
  private final Storage storage;
  private final WatchRegistry watches;
  private final CommitProxy proxy;
  private final FaultPlan faults;
  private final Completions completions;
  private final AtomicInteger watchCount = new AtomicInteger();
  private volatile DatabaseSettings settings = DatabaseSettings.DEFAULT;

  Cluster(
      Timeline timeline,
      RandomGenerator random,
      FaultPlan faults,
      Completions completions,
      Storage storage,
      CommitProxy.Log log,
      long maxStoredBytes) {
    this.timeline = timeline;
    this.faults = faults;
    this.completions = completions;
    this.random = random;
    this.storage = storage;
    this.watches = new WatchRegistry();
    this.proxy = new CommitProxy(storage, watches, log, maxStoredBytes);
  }

  Timeline timeline() {
    return timeline;
  }

  FaultPlan faults() {
    return faults;
  }

  Completions completions() {
    return completions;
  }

  /** Completes after a delay. */
  CompletableFuture<Void> after(Duration delay) {
    CompletableFuture<Void> passed = new CompletableFuture<>();
    timeline.schedule(delay, () -> passed.complete(null));
    return passed;
  }

  /** A number from 0 (inclusive) to 1 (exclusive). */
  double random() {
    synchronized (random) {
      return random.nextDouble();
    }
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

  DatabaseSettings settings() {
    return settings;
  }

  void settings(DatabaseSettings changed) {
    settings = changed;
  }

  /**
   * Counts a watch as outstanding until its future completes.
   *
   * @throws EmbeddedException 1032
   */
  void countWatch(Watch watch) {
    if (watchCount.incrementAndGet() > settings.maxWatches()) {
      watchCount.decrementAndGet();
      throw FdbError.TOO_MANY_WATCHES.exception();
    }
    var unused =
        watch
            .future()
            .whenComplete(
                (fired, error) -> {
                  watchCount.decrementAndGet();
                  watches.disarm(watch);
                });
  }
}
