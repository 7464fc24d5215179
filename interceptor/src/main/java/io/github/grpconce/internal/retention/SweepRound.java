package io.github.grpconce.internal.retention;

import com.apple.foundationdb.async.AsyncUtil;
import io.github.grpconce.internal.record.Horizon;
import io.github.grpconce.internal.store.SweeperTransactions;
import java.util.concurrent.CompletableFuture;

/**
 * One pass over all slices. Each is done in as many transactions as it takes, one after the other.
 *
 * <p>Used once, by one caller: what it keeps between two transactions is handed from the one to the
 * other by the futures.
 */
public final class SweepRound {

  private final SweeperTransactions transactions;
  private final Horizon horizon;
  private final SliceSweep sweep;

  private Slice slice;
  private int slicesLeft = Slice.COUNT;
  private Forgotten forgotten = Forgotten.NOTHING;

  /**
   * Makes a round.
   *
   * @param first where it begins
   */
  public SweepRound(
      SweeperTransactions transactions, Horizon horizon, SliceSweep sweep, Slice first) {
    this.transactions = transactions;
    this.horizon = horizon;
    this.sweep = sweep;
    this.slice = first;
  }

  public CompletableFuture<Forgotten> run() {
    return AsyncUtil.whileTrue(this::step, transactions.executor()).thenApply(done -> forgotten);
  }

  /** Completes with whether anything is left to do. */
  private CompletableFuture<Boolean> step() {
    return transactions
        .run(
            transaction ->
                horizon
                    .read(transaction)
                    .thenCompose(state -> sweep.sweep(transaction, state, slice)))
        .thenApply(this::count);
  }

  private boolean count(SliceSwept done) {
    forgotten = forgotten.plus(done);
    if (done.rest().isEmpty()) {
      slicesLeft--;
    }
    slice = done.rest().orElseGet(slice::next);
    return slicesLeft > 0;
  }
}
