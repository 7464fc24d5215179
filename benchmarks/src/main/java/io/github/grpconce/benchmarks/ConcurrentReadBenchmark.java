package io.github.grpconce.benchmarks;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncUtil;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** Transactions that only read, so many at a time, as a server has them that never blocks. */
public class ConcurrentReadBenchmark extends MeasuredRows {

  private static final int TRANSACTIONS = 1_024;
  private static final int READS = 10;

  @Param({"1", "16", "64"})
  public int concurrent;

  @Benchmark
  @OperationsPerInvocation(TRANSACTIONS * READS)
  public void get() {
    new Workers(concurrent, database().getExecutor())
        .run(
            TRANSACTIONS,
            worker -> {
              SplittableRandom random = new SplittableRandom();
              return () -> read(random);
            });
  }

  /** Asks for all its rows, and then waits for them. */
  private CompletableFuture<List<byte[]>> read(SplittableRandom random) {
    Transaction tr = database().createTransaction();
    return AsyncUtil.getAll(
            Stream.generate(() -> tr.get(Rows.key(random.nextInt(keys)))).limit(READS).toList())
        .whenComplete((rows, failure) -> tr.close());
  }
}
