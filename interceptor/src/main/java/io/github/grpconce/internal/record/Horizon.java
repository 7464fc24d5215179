package io.github.grpconce.internal.record;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.internal.store.SweeperTransactions;
import java.util.concurrent.CompletableFuture;

/** The instant at or before which time-bearing IDs are refused, as a sweeper sees it. */
public final class Horizon {

  /** Buckets are 28 bits, as the IDs' milliseconds are 48. */
  private static final long ALL_BUCKETS = 1L << (48 - RecordKeys.TIME_BUCKET_SHIFT);

  private final SweeperTransactions transactions;
  private final RecordKeys keys;

  public Horizon(SweeperTransactions transactions, RecordKeys keys) {
    this.transactions = transactions;
    this.keys = keys;
  }

  /**
   * Moves the horizon forward, never back: what a longer retention would take in again may be gone.
   * Leaves word that a sweeper has been there; refuses a subspace that holds others' keys, too.
   *
   * @param millis milliseconds since 1970
   * @return the subspace's state, read after that was committed. Whatever horizon it has, by whom
   *     ever, was committed at or before the state's version
   */
  public CompletableFuture<SubspaceState> advanceTo(long millis) {
    return transactions
        .run(transaction -> advance(transaction, millis))
        .thenCompose(advanced -> transactions.run(this::read));
  }

  private CompletableFuture<SubspaceState> advance(Transaction transaction, long millis) {
    transaction.addReadConflictKey(keys.horizon());
    return read(transaction)
        .thenCompose(
            state ->
                OtherKeys.refuse(transaction, keys, state.formatWritten())
                    .thenApply(checked -> state))
        .thenApply(
            state -> {
              transaction.set(keys.swept(), SubspaceState.sweptValue(state.version()));
              if (state.horizonMillis() < millis) {
                transaction.set(keys.horizon(), SubspaceState.horizonValue(millis));
              }
              return state;
            });
  }

  /** Reads the state; fails if the subspace has a format that this code must not touch. */
  public CompletableFuture<SubspaceState> read(Transaction transaction) {
    return transaction
        .getReadVersion()
        .thenCompose(version -> SubspaceState.read(transaction, keys, version));
  }

  /** The first bucket that is not wholly at or before a horizon. */
  static int endBucket(long horizonMillis) {
    long end = (horizonMillis + 1) >> RecordKeys.TIME_BUCKET_SHIFT;
    return (int) Math.max(0, Math.min(ALL_BUCKETS, end));
  }
}
