package io.github.grpconce.internal.steps;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.internal.answer.Failures;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.internal.method.GuardedMethod;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.operation.Operations;
import io.github.grpconce.internal.record.Executions.Listed;
import io.github.grpconce.internal.record.Leases;
import io.github.grpconce.internal.record.Leases.Overdue;
import io.github.grpconce.internal.steps.Resumable.Resumption;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.internal.store.StoreLoop;
import io.github.grpconce.internal.store.StoreLoop.Decided;
import io.github.grpconce.v1.Failure;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.StoredRequest;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks, again and again, for executions whose lease is over, and resumes them from what is stored.
 *
 * <p>Several servers may look at once: the store decides who takes over. Thread-safe.
 */
public final class Recoverer implements AutoCloseable {

  /** So many executions are resumed in a round at most; the next ones then have their turn. */
  private static final int BATCH = 50;

  /** Once so many bytes of requests have been read, the others wait for the next round. */
  private static final long MAX_BYTES = 8 << 20;

  private final Settings settings;
  private final Operations operations;

  /** By their full names. */
  private final Map<String, Resumable<?, ?>> methods = new ConcurrentHashMap<>();

  private Optional<ByteString> position = Optional.empty();
  private @Nullable Future<?> next;
  private boolean closed;

  public Recoverer(Settings settings, Operations operations) {
    this.settings = settings;
    this.operations = operations;
  }

  /** Resumes executions of this method, too; begins to look for them with the first one. */
  public synchronized <ReqT, RespT> void add(
      GuardedMethod<ReqT, RespT> method, ServerCallHandler<ReqT, RespT> handler) {
    methods.put(method.descriptor().getFullMethodName(), new Resumable<>(method, handler));
    if (settings.steps().recovery() && next == null) {
      lookLater();
    }
  }

  private synchronized void lookLater() {
    if (!closed) {
      long pause = settings.steps().lease().toNanos();
      try {
        next = settings.scheduler().schedule(this::beginRound, pause, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        settings.steps().log().recoveryEnded();
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
  }

  private synchronized boolean isOpen() {
    return !closed;
  }

  private void beginRound() {
    look(BATCH);
  }

  /**
   * Looks at some leases, and at the next ones at once unless enough is to be resumed.
   *
   * @param limit the most that are still to be resumed in this round
   */
  private void look(int limit) {
    var unused =
        StoreLoop.run(
                settings.store(),
                this::isOpen,
                transaction ->
                    settings
                        .records()
                        .leases()
                        .overdue(transaction, position(), limit)
                        .thenApply(Decided::reading))
            .whenComplete(
                (overdue, failure) -> {
                  if (failure == null) {
                    if (overdue.damaged() > 0) {
                      settings.steps().log().damagedLeases();
                    }
                    resumeEach(overdue, 0, MAX_BYTES, limit);
                  } else {
                    lookFailed(failure);
                  }
                });
  }

  private void lookFailed(Throwable failure) {
    if (isClosed(failure)) {
      // Nobody will open it again: who needs a database has another, and a server of its own.
      close();
    } else {
      log(failure);
      lookLater();
    }
  }

  private static boolean isClosed(Throwable failure) {
    return StoreError.causing(failure).map(StoreError::isClosed).orElse(false);
  }

  private void goOnAfter(Overdue overdue, int limit) {
    synchronized (this) {
      position = overdue.position();
    }
    int left = limit - overdue.hashes().size();
    if (left > 0 && overdue.position().isPresent()) {
      look(left);
    } else {
      lookLater();
    }
  }

  private synchronized Optional<ByteString> position() {
    return position;
  }

  /**
   * Resumes what was found, one after the other, because requests can be large. Where that is too
   * much for this round, the next one finds the rest, as the first ones have leases again.
   *
   * @param number of those that were resumed before
   */
  private void resumeEach(Overdue overdue, int number, long bytesLeft, int limit) {
    if (number == overdue.hashes().size()) {
      goOnAfter(overdue, limit);
    } else if (bytesLeft <= 0) {
      lookLater();
    } else {
      ByteString hash = overdue.hashes().get(number);
      var unused =
          resume(hash)
              .thenAccept(bytes -> resumeEach(overdue, number + 1, bytesLeft - bytes, limit));
    }
  }

  /**
   * In a transaction of its own: one that can't be read must not keep the others from it.
   *
   * @return how many bytes its request has
   */
  private CompletableFuture<Integer> resume(ByteString hash) {
    return StoreLoop.run(settings.store(), this::isOpen, transaction -> find(transaction, hash))
        .thenApply(found -> found.map(this::begin).orElse(0))
        .exceptionallyCompose(failure -> setBack(hash, StoreLoop.rootOf(failure)));
  }

  /**
   * What can't be read is left alone for longer and longer, as what fails: somebody has to look.
   */
  private CompletableFuture<Integer> setBack(ByteString hash, Throwable failure) {
    if (!isOpen()) {
      return CompletableFuture.completedFuture(0);
    }
    if (StoreError.causing(failure).isPresent()) {
      log(failure);
      return CompletableFuture.completedFuture(0);
    }
    settings.steps().log().unreadable(failure);
    return StoreLoop.run(
            settings.store(), this::isOpen, transaction -> setBack(transaction, hash, failure))
        .handle(
            (stalled, notWritten) -> {
              if (notWritten == null && stalled) {
                settings.steps().log().stalled("a method that isn't known here");
              }
              return 0;
            });
  }

  private CompletableFuture<Decided<Boolean>> setBack(
      Transaction transaction, ByteString hash, Throwable failure) {
    return settings
        .records()
        .leases()
        .find(transaction, hash)
        .thenCombine(
            transaction.getReadVersion(),
            (lease, version) ->
                lease.isPresent() && Leases.isDue(lease.get(), version)
                    ? setBack(transaction, hash, lease.get(), version, failure)
                    : Decided.reading(false));
  }

  private Decided<Boolean> setBack(
      Transaction transaction, ByteString hash, Lease lease, long version, Throwable failure) {
    Failure unreadable =
        Failures.stored(Status.INTERNAL.withCause(failure)).toBuilder()
            .setAtVersion(version)
            .build();
    Lease left = settings.steps().leasing().givenUp(lease, unreadable, false);
    settings.records().leases().put(transaction, hash, left);
    return Decided.writing(left.getStalled());
  }

  private int begin(Resumption<?, ?> resumption) {
    if (isOpen()) {
      operations.resume(resumption.key(), resumption.invocation());
    } else {
      resumption.invocation().request().letGo();
    }
    return resumption.bytes();
  }

  private CompletableFuture<Decided<Optional<Resumption<?, ?>>>> find(
      Transaction transaction, ByteString hash) {
    return settings
        .records()
        .executions()
        .listed(transaction, hash)
        .thenCompose(
            found -> found.map(listed -> read(transaction, listed)).orElseGet(Recoverer::nothing));
  }

  private CompletableFuture<Decided<Optional<Resumption<?, ?>>>> read(
      Transaction transaction, Listed listed) {
    Optional<Resumable<?, ?>> method = methodOf(listed);
    if (method.isEmpty()) {
      settings.steps().log().leftToOthers(nameOf(listed));
      return nothing();
    }
    return settings
        .records()
        .executions()
        .request(transaction, listed)
        .thenApply(request -> Decided.reading(resumption(method.get(), listed, request)));
  }

  private Optional<Resumption<?, ?>> resumption(
      Resumable<?, ?> method, Listed listed, StoredRequest request) {
    CallMemory.Share memory = settings.memory().share();
    try {
      Optional<Resumption<?, ?>> resumption =
          method.resumption(listed, request, memory).map(Function.identity());
      if (resumption.isEmpty()) {
        settings.steps().log().noRoom(nameOf(listed));
      }
      return resumption;
    } catch (RuntimeException e) {
      memory.release();
      throw e;
    }
  }

  private static CompletableFuture<Decided<Optional<Resumption<?, ?>>>> nothing() {
    return CompletableFuture.completedFuture(Decided.reading(Optional.empty()));
  }

  /** Finds a method that was renamed since, too, if its guard pins its identity. */
  private Optional<Resumable<?, ?>> methodOf(Listed listed) {
    Optional<Resumable<?, ?>> ofItsName = Optional.ofNullable(methods.get(nameOf(listed)));
    Optional<Resumable<?, ?>> found =
        Stream.concat(ofItsName.stream(), methods.values().stream())
            .filter(method -> method.began(listed))
            .findFirst();
    if (found.isEmpty() && ofItsName.isPresent()) {
      throw new IllegalStateException("its method is identified differently now");
    }
    return found;
  }

  private static String nameOf(Listed listed) {
    return listed.record().getExecution().getMethod();
  }

  /** What fails because nobody looks any more is no news. */
  private void log(Throwable failure) {
    if (isOpen()) {
      settings.steps().log().notResumed(failure);
    }
  }
}
