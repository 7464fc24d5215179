package io.github.grpconce.teststore;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.DatabaseOptions;
import com.apple.foundationdb.EventKeeper;
import com.apple.foundationdb.KeyRangeArrayResult;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Tenant;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.Tuple;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A view of a database in which every key stands behind a prefix: an empty database to those who
 * use it. It adds nothing to what the database does and when, with these exceptions:
 *
 * <ul>
 *   <li>Keys are longer in the database, so its limits are met earlier and sizes are larger.
 *   <li>A selector that counts keys is looked up first, so that it does not count others' keys; a
 *       range that begins or ends with one is read with what was found.
 *   <li>Options that let a transaction write system keys are refused. Reads of system keys show the
 *       database's own.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class PrefixedDatabase implements Database {

  private final Database real;
  private final PrefixedKeys keys;
  private final LongSupplier versionsAhead;
  private final Runnable beforeClose;

  /**
   * @param versionsAhead by how much the versions are to be ahead of the database's
   * @param beforeClose is run when this is closed, before the database is
   */
  PrefixedDatabase(
      Database real, PrefixedKeys keys, LongSupplier versionsAhead, Runnable beforeClose) {
    this.real = real;
    this.keys = keys;
    this.versionsAhead = versionsAhead;
    this.beforeClose = beforeClose;
  }

  Transaction view(Transaction transaction) {
    return new PrefixedTransaction(this, transaction, keys, new VersionShift(versionsAhead));
  }

  private ReadTransaction viewReads(ReadTransaction reads) {
    return new PrefixedReads(reads, keys, new VersionShift(versionsAhead));
  }

  @Override
  public Transaction createTransaction(Executor e) {
    return view(real.createTransaction(e));
  }

  @Override
  public Transaction createTransaction(Executor e, EventKeeper eventKeeper) {
    return view(real.createTransaction(e, eventKeeper));
  }

  @Override
  public <T> T run(Function<? super Transaction, T> retryable, Executor e) {
    return real.run(transaction -> retryable.apply(view(transaction)), e);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> retryable, Executor e) {
    return real.runAsync(transaction -> retryable.apply(view(transaction)), e);
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> retryable, Executor e) {
    return real.read(reads -> retryable.apply(viewReads(reads)), e);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> retryable, Executor e) {
    return real.readAsync(reads -> retryable.apply(viewReads(reads)), e);
  }

  @Override
  public Executor getExecutor() {
    return real.getExecutor();
  }

  @Override
  public DatabaseOptions options() {
    return real.options();
  }

  @Override
  public double getMainThreadBusyness() {
    return real.getMainThreadBusyness();
  }

  @Override
  public CompletableFuture<byte[]> getClientStatus(Executor e) {
    return real.getClientStatus(e);
  }

  @Override
  public void close() {
    beforeClose.run();
    real.close();
  }

  private static UnsupportedOperationException noTenants() {
    return new UnsupportedOperationException("a tenant is a view of its own");
  }

  @Override
  public Tenant openTenant(Tuple name) {
    throw noTenants();
  }

  @Override
  public Tenant openTenant(byte[] name, Executor e) {
    throw noTenants();
  }

  @Override
  public Tenant openTenant(Tuple name, Executor e) {
    throw noTenants();
  }

  @Override
  public Tenant openTenant(byte[] name, Executor e, EventKeeper eventKeeper) {
    throw noTenants();
  }

  @Override
  public Tenant openTenant(Tuple name, Executor e, EventKeeper eventKeeper) {
    throw noTenants();
  }

  private static UnsupportedOperationException noBlobGranules() {
    return new UnsupportedOperationException("blob granules belong to the whole database");
  }

  @Override
  public CompletableFuture<byte[]> purgeBlobGranules(
      byte[] begin, byte[] end, long version, boolean force, Executor e) {
    throw noBlobGranules();
  }

  @Override
  public CompletableFuture<Void> waitPurgeGranulesComplete(byte[] purgeKey, Executor e) {
    throw noBlobGranules();
  }

  @Override
  public CompletableFuture<Boolean> blobbifyRange(byte[] begin, byte[] end, Executor e) {
    throw noBlobGranules();
  }

  @Override
  public CompletableFuture<Boolean> blobbifyRangeBlocking(byte[] begin, byte[] end, Executor e) {
    throw noBlobGranules();
  }

  @Override
  public CompletableFuture<Boolean> unblobbifyRange(byte[] begin, byte[] end, Executor e) {
    throw noBlobGranules();
  }

  @Override
  public CompletableFuture<KeyRangeArrayResult> listBlobbifiedRanges(
      byte[] begin, byte[] end, int rangeLimit, Executor e) {
    throw noBlobGranules();
  }

  @Override
  public CompletableFuture<Long> verifyBlobRange(
      byte[] begin, byte[] end, long version, Executor e) {
    throw noBlobGranules();
  }

  @Override
  public CompletableFuture<Boolean> flushBlobRange(
      byte[] begin, byte[] end, boolean compact, long version, Executor e) {
    throw noBlobGranules();
  }
}
