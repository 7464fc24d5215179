package io.github.grpconce.benchmarks;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Transactions that read a row and write it, so many at a time. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first
public class CommitBenchmark extends Measured {

  private static final int COMMITS = 1_024;

  @Param({"synced", "unsynced", "memory"})
  public String store;

  @Param({"later", "atOnce"})
  public String futures;

  @Param({"1", "16", "64"})
  public int concurrent;

  @Param({"1000", "10000", "100000", "1000000"})
  public int keys;

  private FilledDatabase filled;

  @Setup
  public void fill() throws IOException {
    filled = FilledDatabase.create(store, futures, keys);
  }

  @TearDown
  public void delete() throws IOException {
    filled.close();
  }

  @Benchmark
  @OperationsPerInvocation(COMMITS)
  public void readAndWrite() {
    new Workers(concurrent, filled.database().getExecutor()).run(COMMITS, this::work);
  }

  /** Each worker has rows of its own: conflicts are measured elsewhere. */
  private Supplier<CompletableFuture<?>> work(int worker) {
    SplittableRandom random = new SplittableRandom();
    return () -> {
      int row = random.nextInt(keys / concurrent) * concurrent + worker;
      return commit(filled.database(), Rows.key(row));
    };
  }

  private static CompletableFuture<Void> commit(Database database, byte[] key) {
    Transaction tr = database.createTransaction();
    return tr.get(key)
        .thenCompose(
            value -> {
              tr.set(key, value);
              return tr.commit();
            })
        .whenComplete((done, failure) -> tr.close());
  }
}
