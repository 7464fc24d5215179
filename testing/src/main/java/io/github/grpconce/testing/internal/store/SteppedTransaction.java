package io.github.grpconce.testing.internal.store;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import io.github.grpconce.testing.internal.link.Question;
import io.github.grpconce.testing.internal.link.StoreEnd;
import io.github.grpconce.testing.internal.link.TransactionLink;
import io.github.grpconce.testing.internal.process.Printed;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** A transaction of a server: what has an answer is a step. */
final class SteppedTransaction implements TransactionLink {

  private final SteppedLink link;
  private final StoreEnd end;
  private final SteppedCommit commit;

  SteppedTransaction(SteppedLink link, Transaction transaction) {
    this.link = link;
    this.end = new StoreEnd(transaction);
    this.commit = new SteppedCommit(link, end);
  }

  @Override
  public Transaction transaction() {
    return end.transaction();
  }

  @Override
  public Executor executor() {
    return transaction().getExecutor();
  }

  @Override
  public TransactionOptions options() {
    return transaction().options();
  }

  @Override
  public <T> CompletableFuture<T> read(Question what, Supplier<CompletableFuture<T>> there) {
    return link.read(describe(what), there);
  }

  /** The guard always asks for the read version of what it reads. */
  private static String describe(Question what) {
    return switch (what.method()) {
      case "getReadVersion" -> "reads " + Printed.GUARDS_RECORDS;
      case "get", "getKey", "getRange" -> "reads " + Printed.subject(what.arguments().get(0));
      default -> what.method();
    };
  }

  @Override
  public <T> CompletableFuture<T> await(CompletableFuture<T> there) {
    return link.await(there);
  }

  @Override
  public CompletableFuture<Void> watch(CompletableFuture<Void> there) {
    return link.await(there);
  }

  @Override
  public void wrote(Question what) {
    commit.note(what);
  }

  @Override
  public CompletableFuture<Void> commit() {
    return commit.begin();
  }

  @Override
  public CompletableFuture<Transaction> onError(
      Throwable error, Function<TransactionLink, Transaction> handle) {
    if (end.isCommitInFlight()) {
      return CompletableFuture.failedFuture(error);
    }
    CompletableFuture<Transaction> next = link.host().promise();
    link.host()
        .pass(
            () ->
                link.host()
                    .pass(
                        transaction()
                            .onError(error)
                            .thenApply(fresh -> handle.apply(new SteppedTransaction(link, fresh))),
                        next));
    return next;
  }

  @Override
  public void cancel() {
    end.cancel();
  }

  @Override
  public void close() {
    end.close();
  }
}
