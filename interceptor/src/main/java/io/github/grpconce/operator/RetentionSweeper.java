package io.github.grpconce.operator;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.record.Clearance;
import io.github.grpconce.internal.record.Horizon;
import io.github.grpconce.internal.record.RecordKeys;
import io.github.grpconce.internal.record.SubspaceState;
import io.github.grpconce.internal.retention.BackOff;
import io.github.grpconce.internal.retention.Slice;
import io.github.grpconce.internal.retention.SliceSweep;
import io.github.grpconce.internal.retention.SweepRound;
import io.github.grpconce.internal.store.Delays;
import io.github.grpconce.internal.store.SweeperTransactions;
import io.github.grpconce.internal.store.VersionWait;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Forgets the records that are older than the retention, and has the request IDs refused that they
 * belonged to.
 *
 * <pre>{@code
 * RetentionSweeper sweeper =
 *     RetentionSweeper.newBuilder(database, subspace).retention(Duration.ofDays(3)).build();
 * sweeper.start();
 * }</pre>
 *
 * <p>A subspace has one retention: give it to every sweeper of it. Each server may run one, at the
 * same time as the others; a subspace with none grows, and refuses nothing, which servers warn of
 * after a day. A sweeper may be killed at any moment, and the next one goes on.
 *
 * <p><b>Time-bearing IDs</b> are refused once they are older than the retention, by this sweeper's
 * clock against that of the client that made them. They are never executed again. The instant moves
 * forward only: a retention that is made longer holds as soon as the time has caught up with it,
 * one that is made shorter holds at once. A wrong clock can't cause a second execution, but one
 * that is ahead has IDs refused too early, and its instant stays until the time has caught up: keep
 * the servers' clocks right to far less than the retention.
 *
 * <p><b>Opaque IDs</b> are remembered for the retention, and up to 18 minutes and a pause longer,
 * counted in FoundationDB's versions, of which there are about a million a second; the recovery of
 * a cluster counts for 100 seconds or so. After that the ID is new again.
 *
 * <p><b>Executions in progress</b> are kept until they are resolved, whatever their age: half of an
 * operation is not forgotten.
 *
 * <p>Thread-safe. Nothing blocks; no thread is started.
 */
public final class RetentionSweeper implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(RetentionSweeper.class.getName());

  private final RecordKeys keys;
  private final SweeperTransactions transactions;
  private final Horizon horizon;
  private final VersionWait versions;
  private final Delays delays;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration retention;
  private final int batch;
  private final BackOff backOff;
  private final SweepTally tally = new SweepTally();

  /** What is waited for between two rounds; present from the start on. */
  private @Nullable CompletableFuture<Void> pause;

  RetentionSweeper(RetentionSweeperBuilder builder) {
    Executor executor =
        orHere(builder.executor != null ? builder.executor : builder.database.getExecutor());
    this.keys = new RecordKeys(builder.subspace);
    this.transactions = new SweeperTransactions(builder.database, executor);
    this.horizon = new Horizon(transactions, keys);
    this.delays =
        builder.timer != null ? Delays.on(builder.timer, executor) : Delays.onSharedTimer(executor);
    this.versions = new VersionWait(transactions, delays);
    this.clock = builder.clock;
    this.random = builder.random;
    this.retention = builder.retention;
    this.batch = builder.batch;
    this.backOff = new BackOff(builder.pause, random);
  }

  /**
   * Runs what a busy executor refuses in the thread that asks: nothing blocks, and a round that
   * lost its thread would never end, nor be followed by another.
   */
  private static Executor orHere(Executor executor) {
    return task -> {
      try {
        executor.execute(task);
      } catch (RejectedExecutionException e) {
        task.run();
      }
    };
  }

  /**
   * Begins to make a sweeper.
   *
   * @param subspace the records': what the server's interceptor was given. One to which others
   *     write is not swept
   */
  public static RetentionSweeperBuilder newBuilder(Database database, Subspace subspace) {
    return new RetentionSweeperBuilder(database, subspace);
  }

  /**
   * Sweeps now, and then again and again, with a pause in between, until this is closed. A failure
   * is logged, the first of a row as a warning; the next round comes sooner then, but later with
   * every further failure.
   *
   * @throws IllegalStateException if it was started before
   */
  public synchronized void start() {
    if (pause != null) {
      throw new IllegalStateException("the sweeper was started before");
    }
    sweepAfter(Duration.ZERO);
  }

  /**
   * Sweeps once: some 15 seconds of waiting, and a few reads for each of 256 parts of the subspace.
   *
   * @return what was done, when it has been; fails as FoundationDB does where its own retries don't
   *     help within ten seconds, with {@link UnreadableRecordException} if the subspace has a
   *     format that this version doesn't know, or holds other keys, and with {@link
   *     java.util.concurrent.CancellationException} if this is closed meanwhile. What was done
   *     until then stays done; the next round does the rest
   */
  public CompletableFuture<Swept> sweepOnce() {
    return CompletableFuture.runAsync(() -> {}, transactions.executor())
        .thenCompose(begun -> sweep())
        .whenComplete(tally::ended);
  }

  /** Returns what this sweeper has done until now. */
  public RetentionMetrics metrics() {
    return tally.metrics(clock.instant().minus(retention));
  }

  /** Stops: nothing is begun any more. What is being committed may be committed all the same. */
  @Override
  public synchronized void close() {
    transactions.close();
    if (pause != null) {
      pause.cancel(false);
    }
  }

  private CompletableFuture<Swept> sweep() {
    return horizon
        .advanceTo(clock.instant().minus(retention).toEpochMilli())
        .thenCompose(this::clearBehind);
  }

  private CompletableFuture<Swept> clearBehind(SubspaceState seen) {
    Clearance clearance = Clearance.of(seen, retention);
    return versions
        .past(clearance.settledVersion())
        .thenCompose(passed -> roundWith(clearance).run())
        .thenApply(
            forgotten ->
                new Swept(
                    Instant.ofEpochMilli(clearance.horizonMillis()),
                    forgotten.rangesCleared(),
                    forgotten.opaqueRemoved()));
  }

  /** Each round begins elsewhere, so that sweepers which began together seldom meet. */
  private SweepRound roundWith(Clearance clearance) {
    Slice first = Slice.whole(random.nextInt(Slice.COUNT));
    return new SweepRound(transactions, horizon, new SliceSweep(keys, clearance, batch), first);
  }

  private synchronized void sweepAfter(Duration delay) {
    if (transactions.isClosed()) {
      return;
    }
    pause = delays.pause(delay);
    var unused =
        pause.thenCompose(paused -> sweepOnce()).whenComplete((swept, error) -> goOn(error));
  }

  private void goOn(@Nullable Throwable error) {
    if (transactions.isClosed()) {
      return;
    }
    int failures = tally.failuresInARow();
    Duration delay = backOff.after(failures);
    if (error != null) {
      Level level = failures == 1 ? Level.WARNING : Level.FINE;
      LOG.log(level, error, () -> "no old records were forgotten; next try in " + delay);
    }
    try {
      sweepAfter(delay);
    } catch (RejectedExecutionException e) {
      LOG.warning(
          "no old records are forgotten any more: the sweeper's timer takes no tasks. Close the"
              + " sweeper before its timer");
    }
  }
}
