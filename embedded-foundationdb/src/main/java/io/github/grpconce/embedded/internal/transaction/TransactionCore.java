package io.github.grpconce.embedded.internal.transaction;

import io.github.grpconce.embedded.internal.cluster.Watch;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.nativeapi.NativeTransaction;
import io.github.grpconce.embedded.internal.nativeapi.TransactionSettings;
import io.github.grpconce.embedded.internal.runtime.InjectedFault;
import io.github.grpconce.embedded.internal.runtime.UserFutures;
import io.github.grpconce.embedded.internal.ryw.OwnWrites;
import io.github.grpconce.embedded.internal.ryw.ReadYourWrites;
import java.time.Duration;
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
public final class TransactionCore {
  private final DatabaseContext context;
  private final Executor executor;
  private final UserFutures futures;
  private final TransactionSettings settings;
  private final Backoff backoff;
  private final StepFaults faults;
  private final TimeLimit timeLimit;

  /** What the database sees. During a back-off it is the next life's already. */
  private NativeTransaction tr;

  private TransactionLife life;

  private final ArrivingWatches arriving = new ArrivingWatches();

  public TransactionCore(DatabaseContext context, Executor executor) {
    this.context = context;
    this.executor = executor;
    this.futures = context.completions().on(executor);
    this.settings = new TransactionSettings(context.settings());
    this.backoff = new Backoff(context, settings);
    this.faults = new StepFaults(context, settings, backoff);
    this.timeLimit = new TimeLimit(context.clock(), () -> end(FdbError.TRANSACTION_TIMED_OUT));
    this.tr = new NativeTransaction(context.cluster());
    this.life = new TransactionLife(context, new ReadYourWrites(tr, settings));
    timeLimit.set(settings.timeout());
  }

  public Executor executor() {
    return executor;
  }

  public UserFutures futures() {
    return futures;
  }

  // ------------------------------------------------------------------ reads

  /** Runs a read. It sees what was written until now, even if it is answered later. */
  public synchronized <T extends @Nullable Object> CompletableFuture<T> read(
      Function<ReadYourWrites, T> operation) {
    try {
      life.checkUsable();
    } catch (EmbeddedException refusal) {
      return futures.failed(refusal);
    }
    watchesArrive();
    InjectedFault fault = faults.atRead();
    long requests = tr.requests();
    CompletableFuture<T> answer = life.read(operation, fault);
    Runnable arrives = life.ryw().takeAsked();
    CompletableFuture<Void> gate = faults.gate(fault);
    if (gate.isDone()) {
      if (tr.requests() == requests) {
        return futures.settled(answer);
      }
      life.readAsked();
      return futures.onItsWay(answer, life.end(), life.readArrived(arrives));
    }
    CompletableFuture<T> later =
        futures.either(
            gate.thenCompose(
                open -> {
                  arrives.run();
                  return answer;
                }),
            life.end());
    life.addRead(later);
    return later;
  }

  public synchronized CompletableFuture<Long> readVersion() {
    try {
      life.checkDeferred();
      life.checkNotEnded();
    } catch (EmbeddedException failure) {
      return futures.failed(failure);
    }
    InjectedFault fault = faults.atReadVersion();
    if (fault instanceof InjectedFault.Failure failure) {
      return futures.failed(EmbeddedException.ofCode(failure.code()));
    }
    CompletableFuture<Long> version = CompletableFuture.completedFuture(tr.readVersion());
    CompletableFuture<Long> answer = faults.gate(fault).thenCompose(open -> version);
    return tr.isVersionRequested() || life.hasVersionArrived()
        ? futures.either(answer, life.end())
        : futures.onItsWay(answer, life.end(), life::versionArrived);
  }

  /** Runs something that reads sizes, which neither conflicts nor counts as a read. */
  public synchronized <T> CompletableFuture<T> measure(Function<ReadYourWrites, T> operation) {
    try {
      life.checkUsable();
      CompletableFuture<T> answer = CompletableFuture.completedFuture(operation.apply(life.ryw()));
      return futures.onItsWay(
          faults.gate(null).thenCompose(open -> answer), life.end(), life::versionArrived);
    } catch (EmbeddedException failure) {
      return futures.failed(failure);
    }
  }

  public synchronized CompletableFuture<Long> approximateSize() {
    try {
      life.checkDeferred();
    } catch (EmbeddedException failure) {
      return futures.failed(failure);
    }
    return futures.of(life.ryw().approximateSize());
  }

  // ------------------------------------------------------------------ writes

  /** Runs an operation that gives no future: its error waits for the next one that does. */
  public void write(Consumer<ReadYourWrites> operation) {
    List<Watch> fired;
    synchronized (this) {
      life.attempt(
          () -> {
            life.checkNotCommitting();
            operation.accept(life.ryw());
          });
      fired = life.ryw().takeFiredWatches();
    }
    fired.forEach(Watch::fire);
  }

  /** Runs a write, telling it whether it adds a write conflict. */
  public void mutate(Mutator operation) {
    write(ryw -> operation.apply(ryw.writes(), settings.takeNextWriteConflict()));
  }

  /** A write. */
  @FunctionalInterface
  public interface Mutator {
    void apply(OwnWrites writes, boolean conflict);
  }

  /** Notes an error for the next operation that gives a future. */
  public synchronized void fail(FdbError error) {
    life.defer(error.exception());
  }

  public synchronized void setReadVersion(long version) {
    life.attempt(() -> tr.setReadVersion(version));
  }

  /**
   * Sets an option.
   *
   * @throws EmbeddedException 2007; other errors wait for the next operation with a future
   */
  public void setOption(int code, byte @Nullable [] value) {
    if (!TransactionSettings.isKnown(code)) {
      throw FdbError.INVALID_OPTION.exception();
    }
    boolean over;
    synchronized (this) {
      life.attempt(() -> set(code, value));
      over = code == TransactionSettings.TIMEOUT && timeLimit.isOver();
    }
    if (over) {
      end(FdbError.TRANSACTION_TIMED_OUT);
    }
  }

  private void set(int code, byte @Nullable [] value) {
    TransactionSettings.checkFlag(code, value);
    if (code == TransactionSettings.READ_YOUR_WRITES_DISABLE && !life.ryw().isUntouched()) {
      throw FdbError.CLIENT_INVALID_OPERATION.exception();
    }
    settings.set(code, value);
    if (code == TransactionSettings.TIMEOUT) {
      timeLimit.set(settings.timeout());
    }
  }

  public synchronized void label(String label) {
    settings.label(label);
  }

  // ------------------------------------------------------------------ watches, versionstamps

  public synchronized CompletableFuture<Void> watch(byte[] key) {
    try {
      life.checkUsable();
      boolean known = life.ryw().knowsToWatch(key);
      byte[] value = life.ryw().get(key, false);
      Runnable arrives = life.ryw().takeAsked();
      Watch watch =
          new Watch(
              context.cluster(),
              key,
              value,
              context.completions().handingOver(executor),
              faults.atWatch());
      context.countWatch(watch);
      life.ryw().watch(watch, known);
      if (known) {
        tr.watch(watch);
      } else {
        arriving.add(watch);
        context
            .completions()
            .network()
            .execute(
                () -> {
                  arrives.run();
                  watchesArrive();
                });
      }
      return watch.future();
    } catch (EmbeddedException failure) {
      return futures.failed(failure);
    }
  }

  /** The values of those that were asked for have come: sooner than what is asked for now. */
  private synchronized void watchesArrive() {
    arriving.arrive(tr);
    life.ryw().watchesArrived();
    life.ryw().takeFiredWatches().forEach(Watch::fire);
  }

  public synchronized CompletableFuture<byte[]> versionstamp() {
    try {
      life.checkUsable();
    } catch (EmbeddedException failure) {
      return futures.failed(failure);
    }
    CompletableFuture<byte[]> stamp = tr.versionstamp();
    return futures.either(life.commitAnswered().thenCompose(answered -> stamp), life.end());
  }

  public synchronized long committedVersion() {
    return tr.committedVersion();
  }

  // ------------------------------------------------------------------ the end of a life

  public CompletableFuture<Void> commit() {
    TransactionLife committing;
    NativeTransaction mine;
    InjectedFault fault;
    boolean asks;
    synchronized (this) {
      try {
        life.checkUsable();
      } catch (EmbeddedException failure) {
        return futures.failed(failure);
      }
      life.startCommit();
      watchesArrive();
      life.ryw().passOnAll();
      committing = life;
      mine = tr;
      fault = mine.isReadOnly() ? null : faults.atCommit();
      asks = !mine.isReadOnly() || life.isReading();
    }
    CompletableFuture<Void> done =
        committing.reading().thenCompose(arrived -> commit(committing, mine, fault));
    Runnable arrived = () -> committing.commitAnswered().complete(null);
    if (asks) {
      return futures.onItsWay(done, committing.end(), arrived);
    }
    arrived.run();
    return futures.either(done, committing.end());
  }

  private CompletableFuture<Void> commit(
      TransactionLife committing, NativeTransaction mine, @Nullable InjectedFault fault) {
    EmbeddedException refusal;
    synchronized (this) {
      FdbError ended = committing.endedBy();
      refusal = ended == null ? committing.readError() : ended.exception();
    }
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    if (mine.isReadOnly()) {
      return mine.commit(settings, null);
    }
    CompletableFuture<Void> committed =
        faults.commitGate(fault).thenCompose(open -> mine.commit(settings, fault));
    if (fault instanceof InjectedFault.LandsLater later
        && later.code() == FdbError.TRANSACTION_TIMED_OUT.code()) {
      end(FdbError.TRANSACTION_TIMED_OUT);
    }
    return committed;
  }

  public void cancel() {
    end(FdbError.TRANSACTION_CANCELLED);
  }

  public void close() {
    NativeTransaction closed;
    synchronized (this) {
      timeLimit.lift();
      closed = tr;
    }
    cancel();
    closed.failWatches(FdbError.TRANSACTION_CANCELLED::exception);
  }

  /** Ends this life, unless it is over. */
  private void end(FdbError reason) {
    CompletableFuture<FdbError> end;
    List<Watch> lost;
    synchronized (this) {
      life.endBy(reason);
      end = life.end();
      lost = arriving.onTheirWay();
    }
    lost.forEach(watch -> watch.fail(reason.exception()));
    end.complete(reason);
  }

  /**
   * Prepares another try after an error, or fails with the error if that is of no use: then all
   * that is left is to close the transaction.
   */
  public CompletableFuture<Void> onError(EmbeddedException error) {
    Duration delay;
    CompletableFuture<FdbError> end;
    NativeTransaction old;
    synchronized (this) {
      FdbError reason = life.endedBy();
      if (reason != null) {
        return futures.failed(reason.exception());
      }
      delay = backoff.afterError(error);
      old = tr;
      end = life.end();
      if (delay != null) {
        tr = old.reset();
        watchesArrive();
      }
    }
    old.failWatches(FdbError.TRANSACTION_CANCELLED::exception);
    if (delay == null) {
      cancel(); // nobody gets another handle
      return futures.failed(error);
    }
    return futures.either(context.clock().after(delay), end).thenRun(this::beginNextLife);
  }

  private void beginNextLife() {
    CompletableFuture<FdbError> oldEnd;
    synchronized (this) {
      if (life.endedBy() != null) {
        return;
      }
      oldEnd = life.end();
      settings.reset();
      faults.reset();
      life = new TransactionLife(context, new ReadYourWrites(tr, settings));
    }
    oldEnd.complete(FdbError.TRANSACTION_CANCELLED);
  }
}
