package io.github.grpconce.server;

import com.google.protobuf.ByteString;
import io.github.grpconce.record.Executions;
import io.github.grpconce.record.Executions.Listed;
import io.github.grpconce.record.Executions.Overdue;
import io.github.grpconce.server.StoreLoop.Decided;
import io.grpc.ServerCallHandler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks, again and again, for executions whose lease is over, and resumes them from what is stored.
 *
 * <p>Several servers may look at once: the store decides who takes over. Thread-safe.
 */
final class Recoverer implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Recoverer.class.getName());

  /** So many executions are looked at in a round, and so many resumed at most. */
  private static final int BATCH = 50;

  /** Once so much is found, the rest waits for the next round: it is all in memory at once. */
  private static final long MAX_BYTES = 8 << 20;

  private final Settings settings;
  private final Operations operations;
  private final Map<String, Resumable<?, ?>> methods = new ConcurrentHashMap<>();
  private Optional<ByteString> position = Optional.empty();
  private @Nullable Future<?> next;
  private boolean closed;

  Recoverer(Settings settings, Operations operations) {
    this.settings = settings;
    this.operations = operations;
  }

  /** Resumes executions of this method, too; begins to look for them with the first one. */
  synchronized <ReqT, RespT> void add(
      GuardedMethod<ReqT, RespT> method, ServerCallHandler<ReqT, RespT> handler) {
    methods.put(method.descriptor().getFullMethodName(), new Resumable<>(method, handler));
    if (settings.steps().recovery() && next == null) {
      lookLater();
    }
  }

  private synchronized void lookLater() {
    if (!closed) {
      long pause = settings.steps().lease().toNanos();
      next = settings.scheduler().schedule(this::look, pause, TimeUnit.NANOSECONDS);
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

  private void look() {
    var unused =
        StoreLoop.run(
                settings,
                this::isOpen,
                transaction ->
                    executions()
                        .list(transaction, position(), BATCH)
                        .thenCompose(
                            listed ->
                                executions()
                                    .overdue(transaction, listed, MAX_BYTES)
                                    .thenApply(found -> Decided.reading(new Round(listed, found)))))
            .thenAccept(this::resume)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null && isOpen()) {
                    LOG.log(Level.WARNING, "executions could not be looked for", failure);
                  }
                  lookLater();
                });
  }

  private record Round(List<Listed> listed, Executions.Found found) {

    Optional<ByteString> end() {
      int examined = found.examined();
      return examined < BATCH && examined == listed.size()
          ? Optional.empty()
          : Optional.of(listed.get(examined - 1).position());
    }
  }

  private synchronized Optional<ByteString> position() {
    return position;
  }

  private synchronized void goOnAfter(Round round) {
    position = round.end();
  }

  private void resume(Round round) {
    goOnAfter(round);
    round.found().overdue().forEach(this::resume);
  }

  /** One that can't be resumed must not keep the others from it. */
  private void resume(Overdue overdue) {
    CallMemory.Share memory = settings.memory().share();
    try {
      Resumable<?, ?> method = methods.get(overdue.execution().getMethod());
      if (method != null) {
        method.invocation(overdue, memory).ifPresent(operations::resume);
      }
    } catch (RuntimeException e) {
      memory.release();
      LOG.log(
          Level.WARNING,
          "an execution of " + overdue.execution().getMethod() + " can't be resumed",
          e);
    }
  }

  private Executions executions() {
    return settings.records().executions();
  }
}
