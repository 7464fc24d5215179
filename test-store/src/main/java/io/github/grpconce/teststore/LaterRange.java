package io.github.grpconce.teststore;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncIterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A range whose ends have to be found before it can be read, each time that it is read. */
record LaterRange(Supplier<CompletableFuture<AsyncIterable<KeyValue>>> range)
    implements AsyncIterable<KeyValue> {

  @Override
  public AsyncIterator<KeyValue> iterator() {
    return new Rows(range.get().thenApply(AsyncIterable::iterator));
  }

  @Override
  public CompletableFuture<List<KeyValue>> asList() {
    return range.get().thenCompose(AsyncIterable::asList);
  }

  private record Rows(CompletableFuture<AsyncIterator<KeyValue>> rows)
      implements AsyncIterator<KeyValue> {

    @Override
    public CompletableFuture<Boolean> onHasNext() {
      return rows.thenCompose(AsyncIterator::onHasNext);
    }

    @Override
    public boolean hasNext() {
      return rows.join().hasNext();
    }

    @Override
    public KeyValue next() {
      return rows.join().next();
    }

    @Override
    public void remove() {
      rows.join().remove();
    }

    @Override
    public void cancel() {
      var unused = rows.thenAccept(AsyncIterator::cancel);
    }
  }
}
