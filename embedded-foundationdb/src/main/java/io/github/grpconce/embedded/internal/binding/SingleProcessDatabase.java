package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.EventKeeper;
import com.apple.foundationdb.KeyRangeArrayResult;
import com.apple.foundationdb.Tenant;
import com.apple.foundationdb.tuple.Tuple;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What of FoundationDB's interface makes sense on a cluster alone. Each refusal names what to do
 * instead.
 */
abstract class SingleProcessDatabase implements Database {
  private static UnsupportedOperationException noTenants() {
    return new UnsupportedOperationException(
        "tenants are not supported by the embedded engine: give each tenant its own Subspace");
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
    return new UnsupportedOperationException(
        "blob granules are not supported by the embedded engine: read ranges with getRange");
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
      byte[] begin, byte[] end, int limit, Executor e) {
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

  @Override
  public CompletableFuture<byte[]> getClientStatus(Executor e) {
    throw new UnsupportedOperationException(
        "client status is not supported by the embedded engine: there is no cluster to report on");
  }
}
