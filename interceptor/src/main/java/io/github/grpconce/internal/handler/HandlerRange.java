package io.github.grpconce.internal.handler;

import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncIterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A range whose futures are a handler's. */
public record HandlerRange<T>(AsyncIterable<T> range, Continuations continuations)
    implements AsyncIterable<T> {

  @Override
  public AsyncIterator<T> iterator() {
    return new HandlerIterator<>(range.iterator(), continuations);
  }

  @Override
  public CompletableFuture<List<T>> asList() {
    return continuations.of(range.asList());
  }

  private record HandlerIterator<T>(AsyncIterator<T> rows, Continuations continuations)
      implements AsyncIterator<T> {

    @Override
    public CompletableFuture<Boolean> onHasNext() {
      return continuations.of(rows.onHasNext());
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public T next() {
      return rows.next();
    }

    @Override
    public void remove() {
      rows.remove();
    }

    @Override
    public void cancel() {
      rows.cancel();
    }
  }
}
