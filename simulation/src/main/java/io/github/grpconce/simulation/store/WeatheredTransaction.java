package io.github.grpconce.simulation.store;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import io.github.grpconce.simulation.world.Fault;
import io.github.grpconce.testing.internal.link.Question;
import io.github.grpconce.testing.internal.link.StoreEnd;
import io.github.grpconce.testing.internal.link.StoreTrouble;
import io.github.grpconce.testing.internal.link.TransactionLink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One handle of a process's transaction: what is read is read at once, and answered later; a commit
 * travels first.
 */
final class WeatheredTransaction implements TransactionLink {

  private static final int TIMEOUT_OPTION = 500;

  private final WeatheredLink link;
  private final TransactionLife life;
  private final StoreEnd end;
  private final TransactionOptions options = new TransactionOptions(this::setOption);
  private final TravellingCommit commit;

  WeatheredTransaction(WeatheredLink link, TransactionLife life, Transaction transaction) {
    this.link = link;
    this.life = life;
    this.end = new StoreEnd(transaction);
    this.commit = new TravellingCommit(link, life, end);
  }

  @Override
  public Transaction transaction() {
    return end.transaction();
  }

  @Override
  public Executor executor() {
    return link.host();
  }

  @Override
  public TransactionOptions options() {
    return options;
  }

  private void setOption(int code, byte[] value) {
    if (code == TIMEOUT_OPTION) {
      life.limitTo(value);
    } else {
      transaction().options().getOptionConsumer().setOption(code, value);
    }
  }

  @Override
  public <T> CompletableFuture<T> read(Question what, Supplier<CompletableFuture<T>> there) {
    return await(there.get());
  }

  @Override
  public <T> CompletableFuture<T> await(CompletableFuture<T> there) {
    CompletableFuture<T> here = life.pending();
    if (link.weather().strikes(Fault.STORE_TOO_OLD)) {
      link.fail(here, StoreTrouble.TOO_OLD);
    } else if (link.weather().strikes(Fault.STORE_BUSY)) {
      link.fail(here, StoreTrouble.PROCESS_BEHIND);
    } else {
      link.pass(there, here);
    }
    return here;
  }

  @Override
  public CompletableFuture<Void> watch(CompletableFuture<Void> there) {
    return TravellingWatch.begin(link, life, there);
  }

  @Override
  public CompletableFuture<Void> commit() {
    return commit.begin();
  }

  @Override
  public CompletableFuture<Transaction> onError(
      Throwable error, Function<TransactionLink, Transaction> handle) {
    if (end.isCommitInFlight()) {
      life.end(StoreTrouble.TRANSACTION_CANCELLED);
      return CompletableFuture.failedFuture(error);
    }
    life.reset();
    CompletableFuture<Transaction> here = life.pending();
    link.pass(transaction().onError(error).thenApply(this::next).thenApply(handle), here);
    return here;
  }

  private TransactionLink next(Transaction fresh) {
    if (life.isClosed()) {
      fresh.close();
    }
    return new WeatheredTransaction(link, life, fresh);
  }

  @Override
  public void cancel() {
    life.end(StoreTrouble.TRANSACTION_CANCELLED);
  }

  @Override
  public void close() {
    life.close();
    end.close();
  }
}
