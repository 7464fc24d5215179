package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import com.apple.foundationdb.async.AsyncUtil;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.transaction.TransactionCore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One Java handle of a transaction: valid until {@link #onError} gives the next one, or {@link
 * #close}.
 *
 * <p>Thread-safe, as FoundationDB's is.
 */
public final class EmbeddedTransaction extends EmbeddedReads implements Transaction {
  private final Database database;
  private final TransactionCore core;
  private final TransactionOptions options;
  private final ReadTransaction snapshot;

  /** Why this handle cannot be used any more. */
  private volatile @Nullable String invalid;

  EmbeddedTransaction(Database database, TransactionCore core) {
    this.database = database;
    this.core = core;
    this.options = new TransactionOptions((code, value) -> core().setOption(code, value));
    this.snapshot = new EmbeddedSnapshot(this);
  }

  @Override
  public TransactionCore core() {
    String reason = invalid;
    if (reason != null) {
      throw new IllegalStateException(reason);
    }
    return core;
  }

  @Override
  EmbeddedTransaction transaction() {
    return this;
  }

  @Override
  public boolean isSnapshot() {
    return false;
  }

  @Override
  public ReadTransaction snapshot() {
    return snapshot;
  }

  @Override
  public Executor getExecutor() {
    return core.executor();
  }

  @Override
  public TransactionOptions options() {
    return options;
  }

  @Override
  public Database getDatabase() {
    return database;
  }

  @Override
  public boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end) {
    addReadConflictRange(begin, end);
    return true;
  }

  @Override
  public boolean addReadConflictKeyIfNotSnapshot(byte[] key) {
    addReadConflictKey(key);
    return true;
  }

  @Override
  public void addReadConflictRange(byte[] begin, byte[] end) {
    TransactionCore valid = core();
    KeyRange range = conflictRange(begin, end);
    valid.write(ryw -> ryw.addReadConflict(range));
  }

  private static KeyRange conflictRange(byte[] begin, byte[] end) {
    KeyRange range = new KeyRange(begin.clone(), end.clone());
    if (range.isInverted()) {
      throw FdbError.INVERTED_RANGE.exception(); // at once: it is no operation's error
    }
    return range;
  }

  @Override
  public void addReadConflictKey(byte[] key) {
    addReadConflictRange(key, Keys.after(key));
  }

  @Override
  public void addWriteConflictRange(byte[] begin, byte[] end) {
    TransactionCore valid = core();
    KeyRange range = conflictRange(begin, end);
    valid.write(ryw -> ryw.writes().addConflict(range));
  }

  @Override
  public void addWriteConflictKey(byte[] key) {
    addWriteConflictRange(key, Keys.after(key));
  }

  @Override
  public void set(byte[] key, byte[] value) {
    byte[] ownKey = copy(key);
    byte[] ownValue = copy(value);
    Keys.checkNotSpecial(ownKey);
    core().mutate((writes, conflict) -> writes.set(ownKey, ownValue, conflict));
  }

  @Override
  public void clear(byte[] key) {
    byte[] ownKey = copy(key);
    core().mutate((writes, conflict) -> writes.clear(ownKey, conflict));
  }

  @Override
  public void clear(byte[] begin, byte[] end) {
    KeyRange range = new KeyRange(copy(begin), copy(end));
    if (range.isInverted()) {
      core().fail(FdbError.INVERTED_RANGE);
    } else {
      core().mutate((writes, conflict) -> writes.clear(range, conflict));
    }
  }

  @Override
  public void clear(Range range) {
    clear(range.begin, range.end);
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // only FoundationDB's interface can say so
  public void clearRangeStartsWith(byte[] prefix) {
    clear(Range.startsWith(prefix));
  }

  @Override
  public void mutate(MutationType type, byte[] key, byte[] operand) {
    Operation operation = Operation.of(type);
    byte[] ownKey = copy(key);
    byte[] ownOperand = copy(operand);
    core().mutate((writes, conflict) -> writes.atomic(operation, ownKey, ownOperand, conflict));
  }

  /** Callers may reuse their arrays. */
  private static byte[] copy(byte[] bytes) {
    if (bytes == null) {
      throw new IllegalArgumentException("Keys/Values must be non-null");
    }
    return bytes.clone();
  }

  @Override
  public CompletableFuture<Void> commit() {
    return core().commit();
  }

  @Override
  public Long getCommittedVersion() {
    return core().committedVersion();
  }

  @Override
  public CompletableFuture<byte[]> getVersionstamp() {
    return core().versionstamp();
  }

  @Override
  public CompletableFuture<Long> getApproximateSize() {
    return core().approximateSize();
  }

  @Override
  public CompletableFuture<Void> watch(byte[] key) {
    return core().watch(key.clone());
  }

  @Override
  public CompletableFuture<Transaction> onError(Throwable error) {
    Throwable cause = error;
    if ((error instanceof CompletionException || error instanceof ExecutionException)
        && error.getCause() != null) {
      cause = error.getCause();
    }
    if (!(cause instanceof FDBException failure)) {
      return CompletableFuture.failedFuture(cause);
    }
    CompletableFuture<Void> ready = core().onError(EmbeddedException.of(failure));
    invalid = "Transaction has been invalidated by reset";
    EmbeddedTransaction next = new EmbeddedTransaction(database, core);
    return ready
        .<Transaction>thenApply(done -> next)
        .whenComplete(
            (tr, refusal) -> {
              if (refusal != null) {
                next.close(); // nobody gets it
              }
            });
  }

  @Override
  public void cancel() {
    core().cancel();
  }

  @Override
  public void close() {
    if (invalid == null) {
      invalid = "Cannot access closed object";
      core.close();
    }
  }

  @Override
  public <T> T run(Function<? super Transaction, T> retryable) {
    return retryable.apply(this);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> retryable) {
    return AsyncUtil.applySafely(retryable, this);
  }
}
