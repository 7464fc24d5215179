package io.github.grpconce.teststore;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncIterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A range that is read, with its keys as a view shows them. */
record PrefixedRange(AsyncIterable<KeyValue> real, PrefixedKeys keys)
    implements AsyncIterable<KeyValue> {

  @Override
  public AsyncIterator<KeyValue> iterator() {
    return new Rows(real.iterator(), keys);
  }

  @Override
  public CompletableFuture<List<KeyValue>> asList() {
    return real.asList().thenApply(rows -> rows.stream().map(keys::seen).toList());
  }

  private record Rows(AsyncIterator<KeyValue> real, PrefixedKeys keys)
      implements AsyncIterator<KeyValue> {

    @Override
    public CompletableFuture<Boolean> onHasNext() {
      return real.onHasNext();
    }

    @Override
    public boolean hasNext() {
      return real.hasNext();
    }

    @Override
    public KeyValue next() {
      return keys.seen(real.next());
    }

    @Override
    public void remove() {
      real.remove();
    }

    @Override
    public void cancel() {
      real.cancel();
    }
  }
}
