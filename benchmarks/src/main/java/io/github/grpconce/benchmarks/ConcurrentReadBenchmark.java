package io.github.grpconce.benchmarks;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncUtil;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Transactions that only read, so many at a time, as a server has them that never blocks. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first
public class ConcurrentReadBenchmark extends Measured {

  private static final int TRANSACTIONS = 1_024;
  private static final int READS = 10;

  @Param({"1", "16", "64"})
  public int concurrent;

  @Param({"1000", "10000", "100000", "1000000"})
  public int keys;

  private FilledDatabase filled;

  @Setup
  public void fill() throws IOException {
    filled = FilledDatabase.create("memory", keys);
  }

  @TearDown
  public void delete() throws IOException {
    filled.close();
  }

  @Benchmark
  @OperationsPerInvocation(TRANSACTIONS * READS)
  public void get() {
    new Workers(concurrent, filled.database().getExecutor())
        .run(
            TRANSACTIONS,
            worker -> {
              SplittableRandom random = new SplittableRandom();
              return () -> read(random);
            });
  }

  /** Asks for all its rows, and then waits for them. */
  private CompletableFuture<List<byte[]>> read(SplittableRandom random) {
    Transaction tr = filled.database().createTransaction();
    return AsyncUtil.getAll(
            Stream.generate(() -> tr.get(Rows.key(random.nextInt(keys)))).limit(READS).toList())
        .whenComplete((rows, failure) -> tr.close());
  }
}
