package io.github.grpconce.embedded;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.FaultPlan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A transaction from its creation to its end, across all resets: what all its Java handles share.
 *
 * <p>Thread-safe. No future that a user has is completed while the lock is held.
 */
final class TransactionCore {
  private final Cluster cluster;
  private final Executor executor;
  private final TransactionSettings settings;
  private final Backoff backoff;
  private final long createdNanos;

  /** What the database sees. During a back-off it is the next life's already. */
  private NativeTransaction tr;

  private TransactionLife life;

  /**
   * Watches whose value is on its way. A retry that begins before it comes takes them along, as in
   * FoundationDB; what is asked for afterwards finds that it has come.
   */
  private final List<Watch> arriving = new ArrayList<>(0);

  private boolean readVersionAsked;
  private @Nullable Cancellable timer;

  TransactionCore(Cluster cluster, Executor executor) {
    this.cluster = cluster;
    this.executor = executor;
    this.settings = new TransactionSettings(cluster.settings());
    this.backoff = new Backoff(cluster, settings);
    this.createdNanos = cluster.timeline().nanoTime();
    this.tr = new NativeTransaction(cluster);
    this.life = new TransactionLife(new ReadYourWrites(tr, settings));
    restartTimer();
  }

  Executor executor() {
    return executor;
  }

  // ------------------------------------------------------------------ reads

  /** Runs a read. It sees what was written until now, even if it is answered later. */
  <T extends @Nullable Object> CompletableFuture<T> read(Function<ReadYourWrites, T> operation) {
    synchronized (this) {
      try {
        life.checkUsable();
      } catch (EmbeddedException refusal) {
        return CompletableFuture.failedFuture(refusal);
      }
      arrive();
      Fault fault = nextReadFault();
      CompletableFuture<T> answer = attempt(operation, fault);
      CompletableFuture<Void> gate = gate(fault);
      if (gate.isDone()) {
        return answer;
      }
      CompletableFuture<T> later =
          UserFutures.either(gate.thenCompose(open -> answer), life.end(), executor);
      life.addRead(later);
      return later;
    }
  }

  private <T extends @Nullable Object> CompletableFuture<T> attempt(
      Function<ReadYourWrites, T> operation, @Nullable Fault fault) {
    try {
      if (fault instanceof Fault.Failure failure) {
        throw EmbeddedException.ofCode(failure.code());
      }
      return CompletableFuture.completedFuture(operation.apply(life.ryw()));
    } catch (EmbeddedException failure) {
      life.readFailed(failure);
      return CompletableFuture.failedFuture(failure);
    }
  }

  private @Nullable Fault nextReadFault() {
    if (!readVersionAsked) {
      readVersionAsked = true;
      Fault fault = nextFault(Step.READ_VERSION);
      if (fault != null) {
        return fault;
      }
    }
    return nextFault(Step.READ);
  }

  private @Nullable Fault nextFault(Step step) {
    return cluster.faults().next(step, settings.label, backoff.attempt());
  }

  /** Completes when a step with this fault may be answered. */
  private CompletableFuture<Void> gate(@Nullable Fault fault) {
    CompletableFuture<Void> reachable = cluster.faults().reachable();
    if (fault instanceof Fault.Latency latency) {
      return reachable.thenCompose(open -> cluster.after(latency.delay()));
    }
    if (fault instanceof Fault.LateAnswer late) {
      return reachable.thenCompose(open -> cluster.after(late.delay()));
    }
    return reachable;
  }

  @SuppressWarnings("NullAway") // FoundationDB's interface says null for an absent key
  CompletableFuture<byte[]> get(byte[] key, boolean snapshot) {
    return read(
        ryw -> {
          byte[] value = ryw.get(key, snapshot);
          return value == null ? null : value.clone();
        });
  }

  CompletableFuture<Long> readVersion() {
    synchronized (this) {
      try {
        life.checkDeferred();
        life.checkNotEnded();
      } catch (EmbeddedException failure) {
        return CompletableFuture.failedFuture(failure);
      }
      arrive();
      Fault fault = readVersionAsked ? null : nextFault(Step.READ_VERSION);
      readVersionAsked = true;
      if (fault instanceof Fault.Failure failure) {
        return CompletableFuture.failedFuture(EmbeddedException.ofCode(failure.code()));
      }
      CompletableFuture<Long> answer = CompletableFuture.completedFuture(tr.readVersion());
      return UserFutures.either(gate(fault).thenCompose(open -> answer), life.end(), executor);
    }
  }

  /** Runs something that reads sizes, which neither conflicts nor counts as a read. */
  synchronized <T> CompletableFuture<T> measure(Function<ReadYourWrites, T> operation) {
    try {
      life.checkUsable();
      return CompletableFuture.completedFuture(operation.apply(life.ryw()));
    } catch (EmbeddedException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  synchronized CompletableFuture<Long> approximateSize() {
    try {
      life.checkDeferred();
    } catch (EmbeddedException failure) {
      return CompletableFuture.failedFuture(failure);
    }
    return CompletableFuture.completedFuture(life.ryw().approximateSize());
  }

  // ------------------------------------------------------------------ writes

  /** Runs an operation that gives no future: its error waits for the next one that does. */
  synchronized void write(Consumer<ReadYourWrites> operation) {
    if (life.hasDeferred()) {
      return;
    }
    try {
      life.checkNotCommitting();
      operation.accept(life.ryw());
    } catch (EmbeddedException failure) {
      life.defer(failure);
    }
  }

  /** Runs a write, telling it whether it adds a write conflict. */
  void mutate(Mutator operation) {
    List<Watch> fired;
    synchronized (this) {
      if (life.hasDeferred()) {
        return;
      }
      boolean conflict = settings.takeNextWriteConflict();
      write(ryw -> operation.apply(ryw, conflict));
      fired = life.ryw().takeFired();
    }
    fired.forEach(Watch::fire);
  }

  /** A write. */
  @FunctionalInterface
  interface Mutator {
    void apply(ReadYourWrites ryw, boolean conflict);
  }

  /** Notes an error for the next operation that gives a future. */
  synchronized void fail(FdbError error) {
    life.defer(error.exception());
  }

  synchronized void setReadVersion(long version) {
    if (life.hasDeferred()) {
      return;
    }
    try {
      tr.setReadVersion(version);
    } catch (EmbeddedException failure) {
      life.defer(failure);
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
    if (life.hasDeferred()) {
      return;
    }
    try {
      if (code == TransactionSettings.READ_YOUR_WRITES_DISABLE && !life.ryw().isUntouched()) {
        throw FdbError.CLIENT_INVALID_OPERATION.exception();
      }
      settings.set(code, value);
      if (code == TransactionSettings.TIMEOUT) {
        restartTimer();
      }
    } catch (EmbeddedException failure) {
      life.defer(failure);
    }
  }

  synchronized void label(String label) {
    settings.label = label;
  }

  // ------------------------------------------------------------------ watches, versionstamps

  synchronized CompletableFuture<Void> watch(byte[] key) {
    try {
      life.checkUsable();
      boolean known = life.ryw().knowsToWatch(key);
      byte[] value = life.ryw().get(key, false);
      Watch watch = new Watch(cluster, key, value, executor, nextFault(Step.WATCH));
      cluster.countWatch(watch);
      life.ryw().watch(watch);
      if (known) {
        tr.watch(watch);
      } else {
        arriving.add(watch);
      }
      return watch.future();
    } catch (EmbeddedException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /**
   * The values to watch have come from the database: sooner than anything that is asked for now.
   */
  private void arrive() {
    arriving.forEach(tr::watch);
    arriving.clear();
  }

  CompletableFuture<byte[]> versionstamp() {
    CompletableFuture<byte[]> stamp;
    CompletableFuture<Void> end;
    synchronized (this) {
      try {
        life.checkUsable();
      } catch (EmbeddedException failure) {
        return CompletableFuture.failedFuture(failure);
      }
      stamp = tr.versionstamp();
      end = life.end();
    }
    return UserFutures.either(stamp, end, executor);
  }

  synchronized long committedVersion() {
    return tr.committedVersion();
  }

  // ------------------------------------------------------------------ the end of a life

  CompletableFuture<Void> commit() {
    TransactionLife committing;
    NativeTransaction mine;
    Fault fault;
    synchronized (this) {
      try {
        life.checkUsable();
      } catch (EmbeddedException failure) {
        return CompletableFuture.failedFuture(failure);
      }
      life.startCommit();
      arrive();
      life.ryw().passOnAll();
      committing = life;
      mine = tr;
      fault = mine.isReadOnly() ? null : nextFault(Step.COMMIT);
    }
    CompletableFuture<Void> done =
        committing.reading().thenCompose(arrived -> commit(committing, mine, fault));
    return UserFutures.either(done, committing.end(), executor);
  }

  private CompletableFuture<Void> commit(
      TransactionLife committing, NativeTransaction mine, @Nullable Fault fault) {
    EmbeddedException refusal;
    synchronized (this) {
      refusal = committing.endedBy() == null ? committing.readError() : committing.endedBy();
    }
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    if (mine.isReadOnly()) {
      return mine.commit(settings, null);
    }
    CompletableFuture<Void> gate =
        fault instanceof Fault.Latency latency
            ? cluster.after(latency.delay())
            : CompletableFuture.completedFuture(null);
    CompletableFuture<Void> committed =
        gate.thenCompose(waited -> cluster.faults().reachable())
            .thenCompose(open -> mine.commit(settings, fault));
    if (fault instanceof Fault.LandsLater later
        && later.code() == FdbError.TRANSACTION_TIMED_OUT.code()) {
      end(FdbError.TRANSACTION_TIMED_OUT);
    }
    return committed;
  }

  void cancel() {
    end(FdbError.TRANSACTION_CANCELLED);
  }

  void close() {
    EmbeddedException error = FdbError.TRANSACTION_CANCELLED.exception();
    NativeTransaction closed;
    synchronized (this) {
      stopTimer();
      closed = tr;
    }
    cancel();
    closed.cancelWatches(error);
  }

  private void end(FdbError reason) {
    EmbeddedException error = reason.exception();
    CompletableFuture<Void> end;
    List<Watch> lost;
    synchronized (this) {
      if (!life.endBy(error)) {
        return;
      }
      end = life.end();
      lost = List.copyOf(arriving);
      arriving.clear();
    }
    lost.forEach(watch -> watch.fail(error));
    end.completeExceptionally(error);
  }

  /** Prepares another try after an error, or fails with the error if that is of no use. */
  CompletableFuture<Void> onError(EmbeddedException error) {
    Duration delay;
    CompletableFuture<Void> end;
    NativeTransaction old;
    synchronized (this) {
      EmbeddedException reason = life.endedBy();
      if (reason != null) {
        return CompletableFuture.failedFuture(reason);
      }
      delay = backoff.afterError(error);
      old = tr;
      end = life.end();
      if (delay != null) {
        tr = new NativeTransaction(cluster);
        arrive();
      }
    }
    old.cancelWatches(FdbError.TRANSACTION_CANCELLED.exception());
    if (delay == null) {
      cancel();
      return CompletableFuture.failedFuture(error);
    }
    return UserFutures.either(cluster.after(delay), end, executor).thenRun(this::beginNextLife);
  }

  private void beginNextLife() {
    CompletableFuture<Void> oldEnd;
    synchronized (this) {
      if (life.endedBy() != null) {
        return;
      }
      oldEnd = life.end();
      settings.reset();
      readVersionAsked = false;
      life = new TransactionLife(new ReadYourWrites(tr, settings));
      restartTimer();
    }
    oldEnd.completeExceptionally(FdbError.TRANSACTION_CANCELLED.exception());
  }

  // ------------------------------------------------------------------ time limit

  /** The limit counts from the creation: a retry does not begin it anew. */
  private synchronized void restartTimer() {
    stopTimer();
    if (!settings.timeout.isZero()) {
      Duration passed = Duration.ofNanos(cluster.timeline().nanoTime() - createdNanos);
      timer =
          cluster
              .timeline()
              .schedule(settings.timeout.minus(passed), () -> end(FdbError.TRANSACTION_TIMED_OUT));
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
