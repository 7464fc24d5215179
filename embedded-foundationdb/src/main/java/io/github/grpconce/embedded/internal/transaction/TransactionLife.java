package io.github.grpconce.embedded.internal.transaction;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.runtime.InjectedFault;
import io.github.grpconce.embedded.internal.ryw.ReadYourWrites;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A transaction from its begin, or its last reset, to the next: whether it can still be used, and
 * if not, why. Guarded by its {@link TransactionCore}'s lock.
 */
final class TransactionLife {
  private final DatabaseContext context;
  private final ReadYourWrites ryw;

  /** Completes when this life is over, with the error that what waits for it fails with. */
  private final CompletableFuture<FdbError> end = new CompletableFuture<>();

  /** Why it is over, which later operations answer with. */
  private @Nullable FdbError endedBy;

  /** An error of a call that gives no future, for the next that does. */
  private @Nullable EmbeddedException deferred;

  /** The first failed read: a commit fails with it. */
  private @Nullable EmbeddedException readError;

  /** Completes when the reads have arrived that a commit has to wait for. */
  private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

  private boolean commitStarted;

  /** How many reads the database has not answered yet. */
  private final AtomicInteger readsOnTheirWay = new AtomicInteger();

  /** Whether the database has answered anything, and so has given the read version, too. */
  private volatile boolean versionArrived;

  /** Completes when the answer to the commit has arrived, whatever it is. */
  private final CompletableFuture<Void> commitAnswered = new CompletableFuture<>();

  TransactionLife(DatabaseContext context, ReadYourWrites ryw) {
    this.context = context;
    this.ryw = ryw;
  }

  ReadYourWrites ryw() {
    return ryw;
  }

  CompletableFuture<FdbError> end() {
    return end;
  }

  CompletableFuture<Void> reading() {
    return reading;
  }

  @Nullable FdbError endedBy() {
    return endedBy;
  }

  /** Ends it, unless it is over already. */
  void endBy(FdbError reason) {
    if (endedBy == null) {
      endedBy = reason;
    }
  }

  /** Runs a read, unless a fault is in its way. */
  <T extends @Nullable Object> CompletableFuture<T> read(
      Function<ReadYourWrites, T> operation, @Nullable InjectedFault fault) {
    try {
      if (fault instanceof InjectedFault.Failure failure) {
        throw EmbeddedException.ofCode(failure.code());
      }
      return CompletableFuture.completedFuture(operation.apply(ryw));
    } catch (EmbeddedException failure) {
      readFailed(failure);
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** Runs something that gives no future, unless an error waits: its own error then does. */
  void attempt(Runnable operation) {
    if (deferred == null) {
      try {
        operation.run();
      } catch (EmbeddedException failure) {
        defer(failure);
      }
    }
  }

  void defer(EmbeddedException error) {
    if (deferred == null) {
      deferred = error;
    }
  }

  void addRead(CompletableFuture<?> read) {
    if (!read.isDone()) {
      // Not its error: that is kept apart, as it comes from the read that was asked for first.
      reading = CompletableFuture.allOf(reading, read.handle((value, error) -> null));
    }
  }

  void readAsked() {
    readsOnTheirWay.incrementAndGet();
  }

  /**
   * What a read does when its answer arrives, in any thread and without the lock.
   *
   * @param arrives lets what it asked for arrive
   */
  Runnable readArrived(Runnable arrives) {
    return () -> {
      arrives.run();
      readsOnTheirWay.decrementAndGet();
      versionArrived();
    };
  }

  boolean isReading() {
    return readsOnTheirWay.get() > 0;
  }

  /** Called from any thread, without the lock. */
  void versionArrived() {
    versionArrived = true;
  }

  boolean hasVersionArrived() {
    return versionArrived;
  }

  CompletableFuture<Void> commitAnswered() {
    return commitAnswered;
  }

  /** Keeps a read's failure for the commit, unless it was refused for its arguments. */
  private void readFailed(EmbeddedException failure) {
    int code = failure.getCode();
    boolean illegalCall =
        code == FdbError.KEY_OUTSIDE_LEGAL_RANGE.code()
            || code == FdbError.RANGE_LIMITS_INVALID.code();
    if (readError == null && !illegalCall) {
      readError = failure;
    }
  }

  @Nullable EmbeddedException readError() {
    return readError;
  }

  void startCommit() {
    commitStarted = true;
  }

  void checkUsable() {
    checkDeferred();
    checkNotCommitting();
    checkNotEnded();
  }

  void checkDeferred() {
    context.checkOptions();
    if (deferred != null) {
      throw deferred;
    }
  }

  /**
   * Refuses what comes after the commit began. FoundationDB can fail the commit, too, but its Java
   * binding always switches that off.
   */
  void checkNotCommitting() {
    if (commitStarted) {
      throw FdbError.USED_DURING_COMMIT.exception();
    }
  }

  void checkNotEnded() {
    if (endedBy != null) {
      throw endedBy.exception();
    }
  }
}
