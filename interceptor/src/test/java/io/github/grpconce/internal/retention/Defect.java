package io.github.grpconce.internal.retention;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.internal.record.DatabaseView;
import io.github.grpconce.internal.record.RecordStore;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Mistakes that one could make with the horizon, as views of the store that lead to them. */
enum Defect {
  NONE,
  /** Servers never read the horizon again. */
  HORIZON_CACHED_WITHOUT_AGE,
  /** A sweeper clears what a horizon allows and commits the horizon afterwards. */
  CLEARS_BEFORE_ADVANCING,
  /** A sweeper waits for FoundationDB's five seconds, but not for the horizon's allowed age. */
  CLEARS_TOO_SOON;

  Database serversView(RecordStore store) {
    return this == HORIZON_CACHED_WITHOUT_AGE
        ? DatabaseView.of(store.database, new StandingVersion())
        : store.database;
  }

  Database sweepersView(RecordStore store) {
    return switch (this) {
      case CLEARS_BEFORE_ADVANCING -> DatabaseView.of(store.database, new WithheldHorizon(store));
      case CLEARS_TOO_SOON -> DatabaseView.of(store.database, new RacingVersion());
      case NONE, HORIZON_CACHED_WITHOUT_AGE -> store.database;
    };
  }

  /** Makes everything that was ever read look as fresh as at first. */
  private static final class StandingVersion implements DatabaseView.Observer {

    private CompletableFuture<?> first;

    @Override
    public Object around(DatabaseView.Operation operation) {
      if (!operation.name().equals("getReadVersion")) {
        return operation.proceed();
      }
      if (first == null) {
        first = (CompletableFuture<?>) operation.proceed();
      }
      return DatabaseView.result(first);
    }
  }

  /** Makes a sweeper wait for a third of the time. */
  private static final class RacingVersion implements DatabaseView.Observer {

    private static final int TIMES = 3;

    @Override
    public Object around(DatabaseView.Operation operation) {
      Object result = operation.proceed();
      return operation.name().equals("getReadVersion")
          ? DatabaseView.result(
              ((CompletableFuture<?>) result).thenApply(version -> TIMES * (Long) version))
          : result;
    }
  }

  /** Keeps the horizon back until a number of transactions have been committed after it. */
  private static final class WithheldHorizon implements DatabaseView.Observer {

    /** Three to advance and to wait, and then half of the slices. */
    private static final int COMMITS = 130;

    private final RecordStore store;
    private byte[] withheld;
    private int commits;

    WithheldHorizon(RecordStore store) {
      this.store = store;
    }

    @Override
    public Object around(DatabaseView.Operation operation) {
      boolean ofHorizon =
          operation.argument() instanceof byte[] key && Arrays.equals(key, store.keys.horizon());
      if (ofHorizon && operation.name().equals("set")) {
        withheld = (byte[]) operation.arguments().get(1);
        commits = 0;
        return null;
      }
      if (ofHorizon && operation.name().equals("get") && withheld != null) {
        return DatabaseView.result(CompletableFuture.completedFuture(withheld));
      }
      if (operation.name().equals("commit") && withheld != null && ++commits == COMMITS) {
        return operation.proceedAfter(store.begin(this::release));
      }
      return operation.proceed();
    }

    private CompletableFuture<Void> release(Transaction tr) {
      tr.set(store.keys.horizon(), withheld);
      return CompletableFuture.completedFuture(null);
    }
  }
}
