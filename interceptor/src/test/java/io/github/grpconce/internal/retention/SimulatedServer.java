package io.github.grpconce.internal.retention;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncUtil;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Outcome;
import java.util.concurrent.CompletableFuture;

/** A server's guard without gRPC: look, execute, record, commit; whatever happens, look again. */
public final class SimulatedServer {

  private static final int MOST_LOOKS = 10;

  private final Database database;
  private final VirtualTime time;
  private final Records records = Records.in(RecordStore.SPACE);

  public SimulatedServer(Database database, VirtualTime time) {
    this.database = database;
    this.time = time;
  }

  /** Completes when the attempt has its answer, or has none: the client may try again. */
  public CompletableFuture<Void> attempt(SimulatedOperation operation) {
    return look(database.createTransaction(time), operation, MOST_LOOKS);
  }

  private CompletableFuture<Void> look(Transaction tr, SimulatedOperation operation, int looks) {
    return AsyncUtil.composeHandleAsync(
        records.find(tr, operation.identity).thenCompose(found -> decide(tr, operation, found)),
        (done, failure) -> afterwards(tr, operation, failure, looks - 1),
        time);
  }

  private CompletableFuture<Void> decide(
      Transaction tr, SimulatedOperation operation, Lookup found) {
    if (found instanceof Lookup.Absent absent) {
      Outcome outcome = operation.execute(tr, time.nanoTime());
      records.complete(tr, operation.identity, absent, Fingerprint.getDefaultInstance(), outcome);
      return tr.commit().thenRun(() -> operation.answered(outcome));
    }
    if (found instanceof Lookup.Found present) {
      operation.replayed(present.record().getOutcome());
    } else {
      operation.refused();
    }
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> afterwards(
      Transaction tr, SimulatedOperation operation, Throwable failure, int looks) {
    if (failure == null || looks == 0) {
      tr.close();
      return CompletableFuture.completedFuture(null);
    }
    StoreError error =
        StoreError.causing(failure).orElseThrow(() -> new AssertionError("not the store", failure));
    return tr.onError(error.exception()).thenCompose(again -> look(again, operation, looks));
  }
}
