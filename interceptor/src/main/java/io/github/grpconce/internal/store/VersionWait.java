package io.github.grpconce.internal.store;

import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.async.AsyncUtil;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits until the database has passed a version, which is the only clock that is trusted. */
public final class VersionWait {

  /** FoundationDB's versions grow by about so many a second. */
  public static final long VERSIONS_PER_SECOND = 1_000_000;

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Some times what a healthy database needs. */
  private static final int MOST_POLLS = 50;

  private final SweeperTransactions transactions;
  private final Delays delays;

  public VersionWait(SweeperTransactions transactions, Delays delays) {
    this.transactions = transactions;
    this.delays = delays;
  }

  /**
   * Completes when a transaction that begins now has a greater read version than this.
   *
   * @return fails if the versions don't get there in some minutes
   */
  public CompletableFuture<Void> past(long version) {
    AtomicInteger polls = new AtomicInteger();
    return AsyncUtil.whileTrue(
        () ->
            transactions
                .run(ReadTransaction::getReadVersion)
                .thenCompose(now -> isToBeAskedAgain(version - now, polls.incrementAndGet())),
        transactions.executor());
  }

  private CompletableFuture<Boolean> isToBeAskedAgain(long versionsLeft, int polls) {
    if (versionsLeft < 0) {
      return CompletableFuture.completedFuture(false);
    }
    if (polls == MOST_POLLS) {
      throw new IllegalStateException(
          "the database's versions stand still: " + versionsLeft + " are left to wait for");
    }
    return delays.pause(pauseFor(versionsLeft)).thenApply(paused -> true);
  }

  private static Duration pauseFor(long versions) {
    Duration pause = Duration.ofMillis(versions * 1_000 / VERSIONS_PER_SECOND);
    return pause.compareTo(SHORTEST_PAUSE) < 0
        ? SHORTEST_PAUSE
        : pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }
}
