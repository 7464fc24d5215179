package io.github.grpconce.benchmarks;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Transaction;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/** Reads in transactions of a few reads each, as a guarded call has them. */
public class ReadBenchmark extends MeasuredRows {

  private static final int READS = 10;
  private static final byte[] END = {(byte) 0xff};

  private final SplittableRandom random = new SplittableRandom(1);

  @Benchmark
  @OperationsPerInvocation(READS)
  public void get(Blackhole blackhole) {
    try (Transaction tr = database().createTransaction()) {
      for (int i = 0; i < READS; i++) {
        blackhole.consume(tr.get(randomKey()).join());
      }
    }
  }

  /** Ten neighbouring rows. */
  @Benchmark
  public List<KeyValue> getRange() {
    try (Transaction tr = database().createTransaction()) {
      return tr.getRange(randomKey(), END, READS).asList().join();
    }
  }

  private byte[] randomKey() {
    return Rows.key(random.nextInt(keys));
  }
}
