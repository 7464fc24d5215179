package io.github.grpconce.testing.internal.link;

import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncIterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;

/** A range that is read over a link: one question, whether as a whole or row by row. */
final class LinkedRange<T> implements AsyncIterable<T> {

  private final TransactionLink link;
  private final Question what;
  private final AsyncIterable<T> range;

  LinkedRange(TransactionLink link, Question what, AsyncIterable<T> range) {
    this.link = link;
    this.what = what;
    this.range = range;
  }

  @Override
  public CompletableFuture<List<T>> asList() {
    return link.read(what, range::asList);
  }

  @Override
  public AsyncIterator<T> iterator() {
    return new Rows(range.iterator());
  }

  private final class Rows implements AsyncIterator<T> {
    private final AsyncIterator<T> rows;
    private boolean begun;

    Rows(AsyncIterator<T> rows) {
      this.rows = rows;
    }

    @Override
    public CompletableFuture<Boolean> onHasNext() {
      if (begun) {
        return link.await(rows.onHasNext());
      }
      begun = true;
      return link.read(what, rows::onHasNext);
    }

    @Override
    public boolean hasNext() {
      return onHasNext().join();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the range has no more rows");
      }
      return rows.next();
    }

    @Override
    public void cancel() {
      rows.cancel();
    }
  }
}
