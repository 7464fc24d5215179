package io.github.grpconce.embedded.internal.nativeapi;

import com.apple.foundationdb.KeyArrayResult;
import io.github.grpconce.embedded.internal.cluster.Cluster;
import io.github.grpconce.embedded.internal.cluster.CommitProxy.Committed;
import io.github.grpconce.embedded.internal.cluster.CommitRequest;
import io.github.grpconce.embedded.internal.cluster.Storage;
import io.github.grpconce.embedded.internal.cluster.Watch;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.range.RangeLimits;
import io.github.grpconce.embedded.internal.range.RangeResult;
import io.github.grpconce.embedded.internal.range.SnapshotReads;
import io.github.grpconce.embedded.internal.runtime.InjectedFault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as the database sees it: a read version, mutations and conflict ranges, and no idea
 * of its own writes. FoundationDB's {@code NativeAPI}. Not thread-safe.
 */
public final class NativeTransaction implements SnapshotReads {
  private static final long NO_VERSION = -1;

  private final Cluster cluster;
  private final List<Mutation> mutations = new ArrayList<>();
  private final List<KeyRange> readConflicts = new ArrayList<>();

  /** Of reads of keys and ranges, which FoundationDB adds after it has looked at the size. */
  private final List<KeyRange> uncountedReadConflicts = new ArrayList<>(0);

  private final List<KeyRange> writeConflicts = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>(0);

  /** Null unless somebody asked for it, which nobody can do once the commit has begun. */
  private @Nullable CompletableFuture<byte[]> versionstamp;

  private Storage.@Nullable State snapshot;
  private long requestedVersion = NO_VERSION;
  private long requests;
  private volatile long committedVersion = NO_VERSION;

  public NativeTransaction(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The same transaction after a reset, which forgets everything but what it committed last. */
  public NativeTransaction reset() {
    NativeTransaction next = new NativeTransaction(cluster);
    next.committedVersion = committedVersion;
    return next;
  }

  /**
   * Reads at this version.
   *
   * @throws EmbeddedException 2010, 2011
   */
  public void setReadVersion(long version) {
    if (snapshot != null || requestedVersion != NO_VERSION) {
      throw FdbError.READ_VERSION_ALREADY_SET.exception();
    }
    if (version <= 0) {
      throw FdbError.VERSION_INVALID.exception();
    }
    requestedVersion = version;
  }

  public long readVersion() {
    if (requestedVersion != NO_VERSION) {
      return requestedVersion;
    }
    if (snapshot == null) {
      snapshot = cluster.storage().newest();
    }
    return snapshot.version();
  }

  /** The read version if it is known already, else 0. */
  public long cachedReadVersion() {
    if (requestedVersion != NO_VERSION) {
      return requestedVersion;
    }
    return snapshot == null ? 0 : snapshot.version();
  }

  public boolean isVersionRequested() {
    return requestedVersion != NO_VERSION;
  }

  /** How often a cluster would have been asked for what it contains. */
  public long requests() {
    return requests;
  }

  /** Counts a request, also one that is not made here, as its answer is known. */
  public void countRequest() {
    requests++;
  }

  private StorageReader reader() {
    countRequest();
    readVersion();
    Storage.State state = snapshot;
    if (state == null) {
      state = cluster.storage().at(requestedVersion);
      snapshot = state;
    }
    if (state.version() < cluster.storage().oldestVersion()) {
      throw FdbError.TRANSACTION_TOO_OLD.exception();
    }
    return new StorageReader(state.tree());
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return reader().get(key);
  }

  public byte[] getKey(Selector selector) {
    return reader().getKey(selector);
  }

  @Override
  public RangeResult getRange(Selector begin, Selector end, RangeLimits limits, boolean reverse) {
    return reader().getRange(begin, end, limits, reverse);
  }

  public long rangeSize(KeyRange range) {
    checkNotEmpty(range);
    return reader().rangeSize(range);
  }

  public KeyArrayResult splitPoints(KeyRange range, long chunkSize) {
    checkNotEmpty(range);
    return reader().splitPoints(range, chunkSize);
  }

  /** Nothing can't be measured: FoundationDB's client takes that for a mistake of its own. */
  private static void checkNotEmpty(KeyRange range) {
    if (range.isEmpty()) {
      throw FdbError.INTERNAL_ERROR.exception();
    }
  }

  public void mutate(Mutation mutation) {
    mutations.add(mutation);
  }

  public void addReadConflict(KeyRange range) {
    if (!range.isEmpty()) {
      readConflicts.add(range);
    }
  }

  public void addUncountedReadConflict(KeyRange range) {
    if (!range.isEmpty()) {
      uncountedReadConflicts.add(range);
    }
  }

  public void addWriteConflict(KeyRange range) {
    writeConflicts.add(range);
  }

  public void watch(Watch watch) {
    synchronized (watches) {
      watches.add(watch);
    }
  }

  public CompletableFuture<byte[]> versionstamp() {
    if (versionstamp == null) {
      versionstamp = new CompletableFuture<>();
    }
    return versionstamp;
  }

  private void refuseVersionstamp(FdbError reason) {
    if (versionstamp != null) {
      versionstamp.completeExceptionally(reason.exception());
    }
  }

  public long committedVersion() {
    return committedVersion;
  }

  /** What the mutations and conflict ranges take, as the limit counts it. */
  long size() {
    long size = 0;
    for (Mutation mutation : mutations) {
      size += Mutation.OVERHEAD_BYTES + mutation.bytes();
    }
    for (KeyRange range : readConflicts) {
      size += KeyRange.OVERHEAD_BYTES + range.bytes();
    }
    for (KeyRange range : writeConflicts) {
      size += KeyRange.OVERHEAD_BYTES + range.bytes();
    }
    return size;
  }

  public boolean isReadOnly() {
    return mutations.isEmpty() && writeConflicts.isEmpty();
  }

  /**
   * Commits, as far as a fault lets it; when the future completes, the watches are armed or failed.
   */
  public CompletableFuture<Void> commit(
      TransactionSettings settings, @Nullable InjectedFault fault) {
    if (isReadOnly()) {
      committedVersion = NO_VERSION;
      refuseVersionstamp(FdbError.NO_COMMIT_VERSION);
      armWatches();
      return CompletableFuture.completedFuture(null);
    }
    if (settings.readOnly()) {
      return failed(FdbError.TRANSACTION_READ_ONLY.exception());
    }
    if (size() > settings.sizeLimit()) {
      return failed(FdbError.TRANSACTION_TOO_LARGE.exception());
    }
    readConflicts.addAll(uncountedReadConflicts);
    // FoundationDB has a commit conflict with itself, to be sure of its fate: that is a read
    // conflict.
    boolean ages = !settings.causalWriteRisky() || !readConflicts.isEmpty();
    CommitRequest request =
        new CommitRequest(readVersion(), ages, readConflicts, writeConflicts, mutations);
    if (fault instanceof InjectedFault.Failure failure) {
      return failed(EmbeddedException.ofCode(failure.code()));
    }
    if (fault instanceof InjectedFault.LandsLater later) {
      var unused =
          cluster
              .clock()
              .after(later.delay())
              .thenCompose(passed -> cluster.proxy().commit(request));
      return failed(EmbeddedException.ofCode(later.code()));
    }
    return cluster
        .proxy()
        .commit(request)
        .whenComplete((landed, error) -> refusedIf(error))
        .thenCompose(landed -> answer(landed, fault));
  }

  private void refusedIf(@Nullable Throwable error) {
    if (error != null) {
      giveUp(EmbeddedException.of(error));
    }
  }

  private CompletableFuture<Void> answer(Committed committed, @Nullable InjectedFault fault) {
    if (fault instanceof InjectedFault.Landed landed) {
      return failed(EmbeddedException.ofCode(landed.code()));
    }
    if (fault instanceof InjectedFault.LateAnswer late) {
      return cluster.clock().after(late.delay()).thenRun(() -> succeeded(committed));
    }
    succeeded(committed);
    return CompletableFuture.completedFuture(null);
  }

  private void succeeded(Committed committed) {
    committedVersion = committed.version();
    if (versionstamp != null) {
      versionstamp.complete(committed.versionstamp());
    }
    armWatches();
  }

  private void armWatches() {
    takeWatches().forEach(Watch::arm);
  }

  private CompletableFuture<Void> failed(EmbeddedException error) {
    giveUp(error);
    return CompletableFuture.failedFuture(error);
  }

  private void giveUp(EmbeddedException error) {
    refuseVersionstamp(FdbError.TRANSACTION_INVALID_VERSION);
    failWatches(() -> error);
  }

  /** Fails the watches that are not armed yet. */
  public void failWatches(Supplier<EmbeddedException> error) {
    takeWatches().forEach(watch -> watch.fail(error.get()));
  }

  private List<Watch> takeWatches() {
    synchronized (watches) {
      List<Watch> taken = List.copyOf(watches);
      watches.clear();
      return taken;
    }
  }
}
