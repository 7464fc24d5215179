package io.github.grpconce.cleanroom;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDB;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncUtil;
import com.apple.foundationdb.tuple.Tuple;
import com.apple.foundationdb.tuple.Versionstamp;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** References to FoundationDB's Java API, with native code behind them or without. Never run. */
final class References {
  private References() {}

  static FDB instance() {
    return FDB.instance();
  }

  static Executor defaultExecutor() {
    return FDB.DEFAULT_EXECUTOR;
  }

  static boolean predicate(FDBException error) {
    return error.isRetryable();
  }

  static CompletableFuture<Void> loopWithoutExecutor() {
    return AsyncUtil.whileTrue(() -> AsyncUtil.READY_FALSE);
  }

  static CompletableFuture<List<KeyValue>> collectWithoutExecutor(AsyncIterable<KeyValue> rows) {
    return AsyncUtil.collect(rows);
  }

  /** The list is collected without an executor by a class that nobody names. */
  static CompletableFuture<List<byte[]>> mappedList(AsyncIterable<KeyValue> rows) {
    return AsyncUtil.mapIterable(rows, KeyValue::getKey).asList();
  }

  static byte[] packWithVersionstamp(Tuple tuple) {
    return tuple.packWithVersionstamp();
  }

  static Tuple incompleteVersionstamp() {
    return Tuple.from(Versionstamp.incomplete());
  }

  static Supplier<FDB> methodReference() {
    return FDB::instance;
  }

  static CompletableFuture<Void> loopWithExecutor(Executor executor) {
    return AsyncUtil.whileTrue(() -> AsyncUtil.READY_FALSE, executor);
  }

  static byte[] interfacesAlone(Database database, byte[] key) {
    return database.run(
        (Transaction tr) -> {
          tr.set(key, key);
          return tr.get(key).join();
        });
  }

  static Tuple tuples() {
    return Tuple.fromBytes(Tuple.from("a", 1).pack());
  }

  static boolean overriddenPredicate() {
    return new OwnError().isRetryable();
  }

  /** An error that knows for itself whether it can be retried. */
  static final class OwnError extends FDBException {
    private static final long serialVersionUID = 1L;

    OwnError() {
      super("own", 1);
    }

    @Override
    public boolean isRetryable() {
      return false;
    }
  }
}
