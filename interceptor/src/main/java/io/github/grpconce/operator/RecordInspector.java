package io.github.grpconce.operator;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.subspace.Subspace;
import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.record.Leases;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.RecordKeys;
import io.github.grpconce.internal.record.RecordParts;
import io.github.grpconce.internal.record.SubspaceState;
import io.github.grpconce.internal.store.Store;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Record;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * An operator's look at the records of a subspace: what became of an operation, and what is still
 * being executed.
 *
 * <p>It changes nothing; {@link RecordResolver} does. It shows what is stored, whether or not the
 * request ID is still accepted, and records hold responses: give it to nobody who may not see
 * those. Of an execution in progress it shows the claim, not the request, nor what its steps
 * returned.
 *
 * <p>Thread-safe. Nothing blocks. A cluster that can't be reached is waited for ten seconds. The
 * futures fail as FoundationDB does, and with {@link UnreadableRecordException} if a record can't
 * be understood.
 */
public final class RecordInspector {

  private static final int LARGEST_LIST = 1_000;

  /** As long as guarded calls wait for the store by default. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Database database;
  private final Executor executor;
  private final RecordKeys keys;
  private final Leases leases;

  private RecordInspector(Database database, Subspace subspace) {
    this.database = database;
    this.executor = database.getExecutor();
    this.keys = new RecordKeys(subspace);
    this.leases = new Leases(keys);
  }

  /** Returns a look at the records below a subspace: what the server's interceptor was given. */
  public static RecordInspector of(Database database, Subspace subspace) {
    return new RecordInspector(database, subspace);
  }

  /**
   * Looks up the record of an operation, or of a message, whether or not its consumer takes IDs for
   * opaque.
   *
   * @param scope who called; empty if callers are not told apart
   * @param method the name that stands for the method, see {@code Guard.identityOf}
   * @return empty if there is none: the operation was never completed, or is forgotten
   */
  public CompletableFuture<Optional<Record>> find(
      String scope, String method, RequestId requestId) {
    RecordIdentity identity = RecordIdentity.of(scope, method, requestId);
    return read(
        transaction ->
            RecordParts.read(transaction, keys.record(identity))
                .thenCompose(
                    found ->
                        found.isPresent() || !identity.hasTime()
                            ? completedFuture(found)
                            : RecordParts.read(transaction, keys.record(identity.withoutTime()))));
  }

  /**
   * Looks at the record of an operation as {@link #find} does, for a {@link RecordResolver}.
   *
   * @return what is stored, whether or not it can be understood
   */
  public CompletableFuture<Optional<SeenRecord>> look(
      String scope, String method, RequestId requestId) {
    RecordIdentity identity = RecordIdentity.of(scope, method, requestId);
    return read(
        transaction ->
            look(transaction, identity)
                .thenCompose(
                    seen ->
                        seen.isPresent() || !identity.hasTime()
                            ? completedFuture(seen)
                            : look(transaction, identity.withoutTime())));
  }

  private CompletableFuture<Optional<SeenRecord>> look(
      ReadTransaction transaction, RecordIdentity identity) {
    return SeenRecord.read(transaction, identity.hash(), keys.record(identity));
  }

  /**
   * Lists executions in progress, those that wait to be resumed or are stalled included, in no
   * particular order. One that can't be understood is listed, too.
   *
   * @param limit the most to return: 1 to {@value #LARGEST_LIST}
   * @throws IllegalArgumentException if the limit is anything else
   */
  public CompletableFuture<List<ExecutionInProgress>> executionsInProgress(int limit) {
    if (limit < 1 || limit > LARGEST_LIST) {
      throw new IllegalArgumentException("a limit must be 1 to " + LARGEST_LIST + ": " + limit);
    }
    return read(
        transaction ->
            transaction
                .getRange(keys.executions(), limit)
                .asList()
                .thenCompose(entries -> shown(transaction, entries)));
  }

  /** Returns the instant at or before which time-bearing IDs are refused; empty if none is. */
  public CompletableFuture<Optional<Instant>> horizon() {
    return read(
        transaction ->
            transaction
                .getReadVersion()
                .thenCompose(version -> SubspaceState.read(transaction, keys, version))
                .thenApply(SubspaceState::horizonIfAny));
  }

  private <T> CompletableFuture<T> read(Function<ReadTransaction, CompletableFuture<T>> work) {
    return database.readAsync(
        transaction -> {
          Store.limit(transaction, TIMEOUT);
          return work.apply(transaction);
        },
        executor);
  }

  private CompletableFuture<List<ExecutionInProgress>> shown(
      ReadTransaction transaction, List<KeyValue> entries) {
    List<CompletableFuture<ExecutionInProgress>> shown =
        entries.stream().map(entry -> shown(transaction, entry)).toList();
    return CompletableFuture.allOf(shown.toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> shown.stream().map(CompletableFuture::join).toList());
  }

  private CompletableFuture<ExecutionInProgress> shown(
      ReadTransaction transaction, KeyValue entry) {
    ByteString hash = ByteString.copyFrom(keys.hashOfExecution(entry.getKey(), entry.getValue()));
    CompletableFuture<Optional<Lease>> lease =
        leases.find(transaction, hash).exceptionallyCompose(RecordInspector::noneIfUnreadable);
    return SeenRecord.read(transaction, hash, entry.getValue())
        .thenApply(seen -> seen.orElseGet(() -> SeenRecord.missing(hash, entry.getValue())))
        .thenCombine(lease, InProgress::new)
        .thenCombine(
            transaction.getReadVersion(),
            (found, version) -> ExecutionInProgress.of(found.seen(), found.lease(), version));
  }

  private record InProgress(SeenRecord seen, Optional<Lease> lease) {}

  private static CompletableFuture<Optional<Lease>> noneIfUnreadable(Throwable failure) {
    return UnreadableRecordException.caused(failure)
        ? completedFuture(Optional.empty())
        : failedFuture(failure);
  }
}
