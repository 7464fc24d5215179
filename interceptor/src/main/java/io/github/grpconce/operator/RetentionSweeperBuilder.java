package io.github.grpconce.operator;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes a {@link RetentionSweeper}. Not thread-safe. */
public final class RetentionSweeperBuilder {

  private static final Duration LONGEST_RETENTION = Duration.ofDays(36_525);
  private static final int LARGEST_BATCH = 1_000;

  final Database database;
  final Subspace subspace;
  Duration retention = Duration.ofHours(24);
  Duration pause = Duration.ofMinutes(5);
  int batch = 200;
  InstantSource clock = InstantSource.system();
  RandomGenerator random = new Random();
  @Nullable Executor executor;
  @Nullable ScheduledExecutorService timer;

  RetentionSweeperBuilder(Database database, Subspace subspace) {
    this.database = database;
    this.subspace = subspace;
  }

  /**
   * For how long a request ID can be used: longer than any client goes on trying, and than clocks
   * differ. The default is 24 hours; at most 100 years.
   *
   * <p><b>Longer than the longest execution in STEPS mode of any service that calls this one,</b>
   * recoveries and outages included: the calls that such an execution makes carry IDs as old as the
   * operation. Their time is that of its own ID, or of its first claim where that is opaque. Where
   * they are forgotten, its resumption is refused with REQUEST_ID_EXPIRED, which says neither that
   * a call took effect nor that it didn't; it takes no effect a second time.
   *
   * <p>A caller in TRANSACTION mode under an opaque ID keeps nothing until it commits, so its calls
   * have opaque IDs, too: an attempt of it that comes after this retention is new here as well, and
   * takes effect once more. Give operations time-bearing IDs where that matters.
   *
   * <p><b>Longer than messages wait</b> for an {@link
   * io.github.grpconce.server.IdempotentConsumer}, if their IDs are time-bearing (UUIDs of version
   * 7): a message that is older is refused with REQUEST_ID_EXPIRED, whether or not anybody has
   * processed it. A backlog of a day is lost to a retention of a day. Where messages can wait for
   * longer, have the consumer take their IDs for opaque ({@code withOpaqueIds}): then records have
   * to be kept for longer than a message is delivered again after it was processed.
   */
  @CanIgnoreReturnValue
  public RetentionSweeperBuilder retention(Duration retention) {
    require(isPositive(retention), "a retention must be longer than nothing", retention);
    require(
        retention.compareTo(LONGEST_RETENTION) <= 0,
        "a retention must not be longer than 100 years",
        retention);
    this.retention = retention;
    return this;
  }

  /** How long to wait between two rounds. The default is 5 minutes, spread by a quarter. */
  @CanIgnoreReturnValue
  public RetentionSweeperBuilder pause(Duration pause) {
    require(isPositive(pause), "a pause must be longer than nothing", pause);
    require(
        pause.compareTo(LONGEST_RETENTION) <= 0,
        "a pause must not be longer than 100 years",
        pause);
    this.pause = pause;
    return this;
  }

  /**
   * How many opaque IDs' records one transaction removes at most: 1 to {@value #LARGEST_BATCH},
   * which is far below FoundationDB's limits. The default is 200.
   */
  @CanIgnoreReturnValue
  public RetentionSweeperBuilder batch(int batch) {
    require(batch >= 1 && batch <= LARGEST_BATCH, "a batch must be 1 to " + LARGEST_BATCH, batch);
    this.batch = batch;
    return this;
  }

  /** What says how old a time-bearing ID is. The default is the system's clock. */
  @CanIgnoreReturnValue
  public RetentionSweeperBuilder clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  /** What spreads the sweepers' pauses and work. The default is a new {@link Random}. */
  @CanIgnoreReturnValue
  public RetentionSweeperBuilder random(RandomGenerator random) {
    this.random = random;
    return this;
  }

  /**
   * What runs the sweeper's code, which never blocks. What it refuses is run by the store's thread,
   * or the timer's. The default is the database's own.
   */
  @CanIgnoreReturnValue
  public RetentionSweeperBuilder executor(Executor executor) {
    this.executor = executor;
    return this;
  }

  /**
   * What waits. It is the caller's to shut down, after the sweeper is closed. The default is the
   * JDK's shared timer.
   */
  @CanIgnoreReturnValue
  public RetentionSweeperBuilder timer(ScheduledExecutorService timer) {
    this.timer = timer;
    return this;
  }

  /**
   * Returns the sweeper. It does nothing until it is started, or asked to sweep once.
   *
   * @throws IllegalArgumentException if its subspace is the whole database
   */
  public RetentionSweeper build() {
    return new RetentionSweeper(this);
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }

  private static void require(boolean holds, String rule, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ": " + found);
    }
  }
}
