package io.github.grpconce.embedded;

import com.apple.foundationdb.KeyArrayResult;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.async.Cancellable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction from its creation to its end, across all resets: what all its Java handles share.
 *
 * <p>Keeps the errors that wait for the next read, the time limit, the retry limit and the
 * back-off. Thread-safe. No future that a user has is completed while the lock is held.
 */
final class TransactionCore {
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(10);
  private static final Duration FUTURE_VERSION_RETRY_DELAY = Duration.ofMillis(10);
  private static final int BACKOFF_GROWTH = 2;

  private final Cluster cluster;
  private final Executor executor;
  private final TransactionSettings settings;
  private final long createdNanos;
  private ReadYourWrites ryw;

  /** Fails when this life of the transaction is over. */
  private CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Why it is over, which later operations answer with. */
  private @Nullable EmbeddedException endedBy;

  /** An error of a call that gives no future, for the next that does. */
  private @Nullable EmbeddedException deferred;

  /** The first failed read: a commit fails with it. */
  private @Nullable EmbeddedException readError;

  private boolean commitStarted;
  private int retries;
  private Duration backoff = FIRST_BACKOFF;
  private @Nullable Cancellable timer;

  TransactionCore(Cluster cluster, Executor executor) {
    this.cluster = cluster;
    this.executor = executor;
    this.settings = new TransactionSettings(cluster.settings());
    this.createdNanos = cluster.timeline().nanoTime();
    this.ryw = new ReadYourWrites(new NativeTransaction(cluster, executor), settings);
    restartTimer();
  }

  Executor executor() {
    return executor;
  }

  // ------------------------------------------------------------------ reads

  /** Runs a read; its failure also fails a later commit. */
  <T extends @Nullable Object> CompletableFuture<T> read(ReadOperation<T> operation) {
    synchronized (this) {
      try {
        checkUsable();
      } catch (EmbeddedException refusal) {
        return CompletableFuture.failedFuture(refusal);
      }
      try {
        return CompletableFuture.completedFuture(operation.apply(ryw));
      } catch (EmbeddedException failure) {
        if (readError == null && !isIllegalCall(failure)) {
          readError = failure;
        }
        return CompletableFuture.failedFuture(failure);
      }
    }
  }

  /** Whether a read was refused for its arguments, which says nothing about the commit. */
  private static boolean isIllegalCall(EmbeddedException failure) {
    return failure.getCode() == FdbError.KEY_OUTSIDE_LEGAL_RANGE.code()
        || failure.getCode() == FdbError.RANGE_LIMITS_INVALID.code();
  }

  /** A read of the transaction's state. */
  @FunctionalInterface
  interface ReadOperation<T extends @Nullable Object> {
    T apply(ReadYourWrites ryw);
  }

  @SuppressWarnings("NullAway") // FoundationDB's interface says null for an absent key
  CompletableFuture<byte[]> get(byte[] key, boolean snapshot) {
    return read(
        state -> {
          byte[] value = state.get(key, snapshot);
          return value == null ? null : value.clone();
        });
  }

  CompletableFuture<RangeResult> getRange(
      KeySelector begin, KeySelector end, RangeLimits limits, boolean snapshot, boolean reverse) {
    return read(state -> state.getRange(begin, end, limits, snapshot, reverse));
  }

  synchronized CompletableFuture<Long> readVersion() {
    try {
      checkDeferred();
      checkEnded();
      return CompletableFuture.completedFuture(ryw.tr().readVersion());
    } catch (EmbeddedException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private void checkUsable() {
    checkDeferred();
    checkNotCommitting();
    checkEnded();
  }

  private void checkDeferred() {
    if (deferred != null) {
      throw deferred;
    }
  }

  private void checkNotCommitting() {
    if (commitStarted) {
      throw FdbError.USED_DURING_COMMIT.exception();
    }
  }

  private void checkEnded() {
    if (endedBy != null) {
      throw endedBy;
    }
  }

  // ------------------------------------------------------------------ writes

  /** Runs an operation that gives no future: its error waits for the next one that does. */
  synchronized void write(Consumer<ReadYourWrites> operation) {
    if (deferred != null) {
      return;
    }
    try {
      checkNotCommitting();
      operation.accept(ryw);
    } catch (EmbeddedException failure) {
      deferred = failure;
    }
  }

  /** Runs a write, telling it whether it adds a write conflict. */
  synchronized void mutate(Mutator operation) {
    if (deferred != null) {
      return;
    }
    boolean conflict = settings.takeNextWriteConflict();
    write(state -> operation.apply(state, conflict));
  }

  /** A write. */
  @FunctionalInterface
  interface Mutator {
    void apply(ReadYourWrites ryw, boolean conflict);
  }

  synchronized void setReadVersion(long version) {
    if (deferred != null) {
      return;
    }
    try {
      ryw.tr().setReadVersion(version);
    } catch (EmbeddedException failure) {
      deferred = failure;
    }
  }

  /**
   * Sets an option.
   *
   * @throws EmbeddedException 2007; other errors wait for the next operation with a future
   */
  synchronized void setOption(int code, byte @Nullable [] value) {
    if (!TransactionSettings.isKnown(code)) {
      throw FdbError.INVALID_OPTION.exception();
    }
    if (deferred != null) {
      return;
    }
    try {
      if (code == 51 && !ryw.isUntouched()) {
        throw FdbError.CLIENT_INVALID_OPERATION.exception();
      }
      settings.set(code, value);
      if (code == 500) {
        restartTimer();
      }
    } catch (EmbeddedException failure) {
      deferred = failure;
    }
  }

  /** Notes an error for the next operation that gives a future. */
  synchronized void fail(FdbError error) {
    if (deferred == null) {
      deferred = error.exception();
    }
  }

  // ------------------------------------------------------------------ sizes

  synchronized CompletableFuture<Long> approximateSize() {
    try {
      checkDeferred();
    } catch (EmbeddedException failure) {
      return CompletableFuture.failedFuture(failure);
    }
    return CompletableFuture.completedFuture(ryw.approximateSize());
  }

  CompletableFuture<Long> rangeSize(byte[] begin, byte[] end) {
    return measured(new KeyRange(begin, end), (ryw, range) -> ryw.tr().rangeSize(range));
  }

  CompletableFuture<KeyArrayResult> splitPoints(byte[] begin, byte[] end, long chunkSize) {
    return measured(new KeyRange(begin, end), (ryw, range) -> ryw.splitPoints(range, chunkSize));
  }

  private synchronized <T> CompletableFuture<T> measured(
      KeyRange range, BiFunction<ReadYourWrites, KeyRange, T> measure) {
    try {
      if (Keys.less(range.end(), range.begin())) {
        throw FdbError.INVERTED_RANGE.exception();
      }
      checkUsable();
      return CompletableFuture.completedFuture(measure.apply(ryw, range));
    } catch (EmbeddedException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  // ------------------------------------------------------------------ watches, versionstamps

  CompletableFuture<Void> watch(byte[] key) {
    synchronized (this) {
      try {
        checkUsable();
        Watch watch = new Watch(key, ryw.valueToWatch(key), executor);
        ryw.watch(watch);
        return watch.future();
      } catch (EmbeddedException failure) {
        return CompletableFuture.failedFuture(failure);
      }
    }
  }

  CompletableFuture<byte[]> versionstamp() {
    CompletableFuture<byte[]> stamp;
    CompletableFuture<Void> end;
    synchronized (this) {
      try {
        checkDeferred();
        checkNotCommitting();
        checkEnded();
      } catch (EmbeddedException failure) {
        return CompletableFuture.failedFuture(failure);
      }
      stamp = ryw.tr().versionstamp();
      end = ended;
    }
    return whicheverComesFirst(stamp, end);
  }

  synchronized long committedVersion() {
    return ryw.tr().committedVersion();
  }

  // ------------------------------------------------------------------ the end of a life

  CompletableFuture<Void> commit() {
    NativeTransaction tr;
    CompletableFuture<Void> end;
    synchronized (this) {
      try {
        checkUsable();
      } catch (EmbeddedException failure) {
        return CompletableFuture.failedFuture(failure);
      }
      commitStarted = true;
      if (readError != null) {
        return CompletableFuture.failedFuture(readError);
      }
      ryw.passOnAll();
      tr = ryw.tr();
      end = ended;
    }
    return whicheverComesFirst(tr.commit(settings), end);
  }

  void cancel() {
    end(FdbError.TRANSACTION_CANCELLED);
  }

  void close() {
    end(FdbError.TRANSACTION_CANCELLED);
    synchronized (this) {
      stopTimer();
    }
  }

  private void end(FdbError reason) {
    EmbeddedException error = reason.exception();
    CompletableFuture<Void> end;
    NativeTransaction tr;
    synchronized (this) {
      if (endedBy != null) {
        return;
      }
      endedBy = error;
      end = ended;
      tr = ryw.tr();
    }
    tr.cancelWatches(error);
    end.completeExceptionally(error);
  }

  /** Prepares another try after an error, or fails with the error if that is of no use. */
  CompletableFuture<Void> onError(EmbeddedException error) {
    Duration delay;
    CompletableFuture<Void> end;
    NativeTransaction old;
    synchronized (this) {
      if (endedBy != null) {
        return CompletableFuture.failedFuture(endedBy);
      }
      boolean isLast = settings.retryLimit != -1 && retries >= settings.retryLimit;
      retries++;
      if (isLast || !error.isRetryable() || error.getCode() == 1039) {
        delay = null;
      } else {
        delay = nextDelay(error.getCode());
      }
      end = ended;
      old = ryw.tr();
    }
    if (delay == null) {
      cancel();
      return CompletableFuture.failedFuture(error);
    }
    old.cancelWatches(FdbError.TRANSACTION_CANCELLED.exception());
    CompletableFuture<Void> waited = new CompletableFuture<>();
    cluster.timeline().schedule(delay, () -> waited.complete(null));
    return whicheverComesFirst(waited, end).thenRun(this::reset);
  }

  private Duration nextDelay(int code) {
    if (code == FdbError.TRANSACTION_TOO_OLD.code() || code == FdbError.FUTURE_VERSION.code()) {
      return shorter(FUTURE_VERSION_RETRY_DELAY, settings.maxRetryDelay);
    }
    Duration delay = Duration.ofNanos((long) (backoff.toNanos() * cluster.random()));
    backoff = shorter(backoff.multipliedBy(BACKOFF_GROWTH), settings.maxRetryDelay);
    return delay;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void reset() {
    EmbeddedException error = FdbError.TRANSACTION_CANCELLED.exception();
    CompletableFuture<Void> end;
    synchronized (this) {
      if (endedBy != null) {
        return;
      }
      end = ended;
      ended = new CompletableFuture<>();
      deferred = null;
      readError = null;
      commitStarted = false;
      settings.reset();
      ryw = new ReadYourWrites(new NativeTransaction(cluster, executor), settings);
      restartTimer();
    }
    end.completeExceptionally(error);
  }

  // ------------------------------------------------------------------ time limit

  private synchronized void restartTimer() {
    stopTimer();
    if (settings.timeout.isZero()) {
      return;
    }
    long passed = cluster.timeline().nanoTime() - createdNanos;
    Duration left = settings.timeout.minusNanos(passed);
    timer = cluster.timeline().schedule(left, () -> end(FdbError.TRANSACTION_TIMED_OUT));
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  // ------------------------------------------------------------------ futures

  /**
   * A future of the user's own: completed here if that is possible at once, else by the executor.
   */
  private <T extends @Nullable Object> CompletableFuture<T> whicheverComesFirst(
      CompletableFuture<T> result, CompletableFuture<Void> end) {
    CompletableFuture<T> first = new CompletableFuture<>();
    if (result.isDone()) {
      settle(result, first);
      return first;
    }
    Executor later = executor;
    var unused = result.whenComplete((value, error) -> later.execute(() -> settle(result, first)));
    var unusedToo =
        end.exceptionally(
            error -> {
              later.execute(() -> first.completeExceptionally(EmbeddedException.of(error)));
              throw EmbeddedException.of(error);
            });
    return first;
  }

  private static <T extends @Nullable Object> void settle(
      CompletableFuture<T> done, CompletableFuture<T> future) {
    try {
      future.complete(done.join());
    } catch (CompletionException failure) {
      future.completeExceptionally(EmbeddedException.of(failure));
    }
  }
}
