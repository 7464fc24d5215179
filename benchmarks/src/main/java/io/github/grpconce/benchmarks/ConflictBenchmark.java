package io.github.grpconce.benchmarks;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.Timeline;
import java.time.Duration;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Commits that are checked against so many others of the last five seconds. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first
public class ConflictBenchmark extends Measured {

  private static final int ROWS = 100_000;

  @Param({"1000", "10000", "100000"})
  public int window;

  private final SplittableRandom random = new SplittableRandom(1);
  private final Clock clock = new Clock();
  private Database database;

  @Setup
  public void fill() {
    database = EmbeddedDatabase.newBuilder().timeline(clock).completeAtOnce(true).build();
    clock.step = Duration.ofSeconds(5).dividedBy(window).toNanos();
    for (int row = 0; row < ROWS; row++) {
      commit(row);
    }
  }

  @Benchmark
  public void checkAndWrite() {
    commit(random.nextInt(ROWS));
  }

  private void commit(int row) {
    byte[] key = Rows.key(row);
    clock.now += clock.step;
    try (Transaction tr = database.createTransaction()) {
      tr.addReadConflictKey(key);
      tr.set(key, Rows.value(row));
      tr.commit().join();
    }
  }

  /** Passes so fast that the window always holds the same number of commits. */
  private static final class Clock implements Timeline {

    private long step;
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
      throw new UnsupportedOperationException("nothing here retries or times out");
    }
  }
}
