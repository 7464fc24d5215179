package io.github.grpconce.benchmarks;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Transaction;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Reads in transactions of a few reads each, as a guarded call has them. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first
public class ReadBenchmark extends Measured {

  private static final int READS = 10;
  private static final byte[] END = {(byte) 0xff};

  @Param({"1000", "10000", "100000", "1000000"})
  public int keys;

  private final SplittableRandom random = new SplittableRandom(1);
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
  @OperationsPerInvocation(READS)
  public void get(Blackhole blackhole) {
    try (Transaction tr = filled.database().createTransaction()) {
      for (int i = 0; i < READS; i++) {
        blackhole.consume(tr.get(randomKey()).join());
      }
    }
  }

  /** Ten neighbouring rows. */
  @Benchmark
  public List<KeyValue> getRange() {
    try (Transaction tr = filled.database().createTransaction()) {
      return tr.getRange(randomKey(), END, READS).asList().join();
    }
  }

  private byte[] randomKey() {
    return Rows.key(random.nextInt(keys));
  }
}
