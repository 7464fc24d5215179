package io.github.grpconce.benchmarks;

import com.apple.foundationdb.Database;
import java.io.IOException;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What is measured on so many rows in memory: what a processor's cache holds, and far more. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first
public abstract class MeasuredRows extends Measured {

  @Param({"later", "atOnce"})
  public String futures;

  @Param({"1000", "10000", "100000", "1000000"})
  public int keys;

  private FilledDatabase filled;

  @Setup
  public void fill() throws IOException {
    filled = FilledDatabase.create("memory", futures, keys);
  }

  @TearDown
  public void delete() throws IOException {
    filled.close();
  }

  final Database database() {
    return filled.database();
  }
}
