package io.github.grpconce.embedded.internal.transaction;

import io.github.grpconce.embedded.internal.cluster.Cluster;
import io.github.grpconce.embedded.internal.cluster.Watch;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.nativeapi.DatabaseSettings;
import io.github.grpconce.embedded.internal.runtime.Clock;
import io.github.grpconce.embedded.internal.runtime.Completions;
import io.github.grpconce.embedded.internal.runtime.FaultSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all transactions of one database share on the client's side: FoundationDB's class of the
 * same name. Thread-safe.
 */
public final class DatabaseContext {
  private final Cluster cluster;
  private final Completions completions;
  private final FaultSource faults;
  private final RandomGenerator random;
  private final AtomicInteger watchCount = new AtomicInteger();
  private volatile boolean hasInvalidOption;
  private volatile DatabaseSettings settings = DatabaseSettings.DEFAULT;

  public DatabaseContext(
      Cluster cluster, Completions completions, FaultSource faults, RandomGenerator random) {
    this.cluster = cluster;
    this.completions = completions;
    this.faults = faults;
    this.random = random;
  }

  public Cluster cluster() {
    return cluster;
  }

  Clock clock() {
    return cluster.clock();
  }

  public Completions completions() {
    return completions;
  }

  FaultSource faults() {
    return faults;
  }

  /** A number from 0 (inclusive) to 1 (exclusive). */
  double random() {
    synchronized (random) {
      return random.nextDouble();
    }
  }

  DatabaseSettings settings() {
    return settings;
  }

  /**
   * Sets an option of the database. After a value that it can't have, nothing that gives a future
   * works any more, in any transaction, until the database is opened again. FoundationDB's client
   * is so strict, too, and ends the process if it is an option that transactions take over.
   *
   * @throws EmbeddedException 2007
   */
  public synchronized void setOption(int code, byte @Nullable [] value) {
    DatabaseSettings.checkKnown(code);
    if (!hasInvalidOption) {
      try {
        settings = settings.with(code, value);
      } catch (EmbeddedException invalid) {
        hasInvalidOption = true;
      }
    }
  }

  /**
   * Checks that all options of the database could be set.
   *
   * @throws EmbeddedException 2006
   */
  void checkOptions() {
    if (hasInvalidOption) {
      throw FdbError.INVALID_OPTION_VALUE.exception();
    }
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
                  watch.disarm();
                });
  }
}
