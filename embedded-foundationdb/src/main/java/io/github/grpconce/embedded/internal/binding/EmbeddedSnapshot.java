package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.TransactionOptions;
import io.github.grpconce.embedded.internal.transaction.TransactionCore;
import java.util.concurrent.Executor;

/** A transaction's view whose reads conflict with nothing. */
final class EmbeddedSnapshot extends EmbeddedReads {
  private final EmbeddedTransaction transaction;

  EmbeddedSnapshot(EmbeddedTransaction transaction) {
    this.transaction = transaction;
  }

  @Override
  TransactionCore core() {
    return transaction.core();
  }

  @Override
  EmbeddedTransaction transaction() {
    return transaction;
  }

  @Override
  public boolean isSnapshot() {
    return true;
  }

  @Override
  public ReadTransaction snapshot() {
    return this;
  }

  @Override
  public boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end) {
    return false;
  }

  @Override
  public boolean addReadConflictKeyIfNotSnapshot(byte[] key) {
    return false;
  }

  @Override
  public TransactionOptions options() {
    return transaction.options();
  }

  @Override
  public Executor getExecutor() {
    return transaction.getExecutor();
  }
}
