package io.github.grpconce.simulation.store;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.testing.internal.link.StoreTrouble;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What all handles of one transaction share at the process's end: its time limit and its end. */
final class TransactionLife {

  private final WeatheredLink link;
  private final long begunNanos;
  private final List<CompletableFuture<?>> pending = new ArrayList<>();
  private final List<CompletableFuture<?>> watches = new ArrayList<>();
  private @Nullable Cancellable limit;
  private @Nullable StoreTrouble end;
  private boolean closed;

  TransactionLife(WeatheredLink link) {
    this.link = link;
    this.begunNanos = link.host().loop().nanoTime();
    link.opened(this);
  }

  /** Returns a future that fails at the latest when the transaction ends. */
  <T> CompletableFuture<T> pending() {
    return addedTo(pending);
  }

  /** Returns a future that fails if the transaction ends before its commit. */
  CompletableFuture<Void> watching() {
    return addedTo(watches);
  }

  private <T> CompletableFuture<T> addedTo(List<CompletableFuture<?>> futures) {
    StoreTrouble ended = end;
    if (ended != null) {
      return CompletableFuture.failedFuture(ended);
    }
    CompletableFuture<T> future = new CompletableFuture<>();
    futures.removeIf(CompletableFuture::isDone);
    futures.add(future);
    return future;
  }

  /** The transaction has been committed, as its process knows: watches outlive it. */
  void committed() {
    watches.clear();
  }

  /**
   * Limits the transaction's time, counted from its beginning.
   *
   * @param millis eight bytes, little endian, as options have them
   */
  void limitTo(byte[] millis) {
    long total = ByteBuffer.wrap(millis).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long passed = link.host().loop().nanoTime() - begunNanos;
    stopLimit();
    limit =
        link.host()
            .schedule(
                Duration.ofMillis(total).minusNanos(passed), () -> end(StoreTrouble.TIMED_OUT));
  }

  private void stopLimit() {
    if (limit != null) {
      limit.cancel();
    }
  }

  Duration age() {
    return Duration.ofNanos(link.host().loop().nanoTime() - begunNanos);
  }

  boolean isOver() {
    return end != null;
  }

  boolean isClosed() {
    return closed;
  }

  void end(int code) {
    if (end == null) {
      end = new StoreTrouble(code);
      stopLimit();
      failPending(end);
    }
  }

  /** Ends what is under way, and not the transaction. */
  void reset() {
    failPending(new StoreTrouble(StoreTrouble.TRANSACTION_CANCELLED));
  }

  private void failPending(StoreTrouble trouble) {
    List.copyOf(pending).forEach(future -> future.completeExceptionally(trouble));
    List.copyOf(watches).forEach(watch -> watch.completeExceptionally(trouble));
  }

  void close() {
    end(StoreTrouble.TRANSACTION_CANCELLED);
    if (!closed) {
      closed = true;
      link.closed(this);
    }
  }
}
