package io.github.grpconce.operator;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.google.protobuf.ByteString;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.record.Executions;
import io.github.grpconce.internal.record.Leases;
import io.github.grpconce.internal.record.RecordKeys;
import io.github.grpconce.internal.store.ResolverLoop;
import io.github.grpconce.internal.store.StoreLoop.Decided;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.logging.Logger;

/**
 * Ends, or sets going again, what doesn't end by itself: for operators.
 *
 * <pre>{@code
 * for (ExecutionInProgress each : inspector.executionsInProgress(100).join()) {
 *   if (each.state() == State.STALLED) {
 *     Resolution done = resolver.resumeNow(each.seen(), "the payment service is back").join();
 *   }
 * }
 * }</pre>
 *
 * <p>Each wish is about a record as it was {@linkplain SeenRecord seen}: if it isn't like that any
 * more, nothing happens. Each is one transaction, which excludes those of executions, whether they
 * are alive or believed dead: none of them can commit a step afterwards that it could not have
 * committed before, and after {@link #fail} and {@link #forget} none can commit any. Each can be
 * repeated, whatever came of it: where the store doesn't say, it is looked at again.
 *
 * <p>Each demands a reason, of 1 to {@value #LONGEST_TEXT} characters in one line, which is logged
 * with the method: don't put into it what nobody should read there.
 *
 * <p>Thread-safe. Nothing blocks. The futures fail as FoundationDB does where it doesn't answer,
 * and with {@link IllegalArgumentException} where what is asked for can't be done with such a
 * record.
 */
public final class RecordResolver {

  static final int LONGEST_TEXT = 1_000;

  private static final Logger LOG = Logger.getLogger(RecordResolver.class.getName());

  /**
   * CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL and UNAVAILABLE say nothing about an
   * operation's outcome; for the same reason no guard can declare them final.
   */
  private static final Set<Integer> NEVER_FINAL = Set.of(1, 2, 4, 10, 13, 14);

  private static final int LAST_CODE = 16;

  private final Database database;
  private final RecordKeys keys;
  private final Executions executions;
  private final Leases leases;

  private RecordResolver(Database database, Subspace subspace) {
    this.database = database;
    this.keys = new RecordKeys(subspace);
    this.executions = new Executions(keys);
    this.leases = new Leases(keys);
  }

  /** Returns one for the records below a subspace: what the server's interceptor was given. */
  public static RecordResolver of(Database database, Subspace subspace) {
    return new RecordResolver(database, subspace);
  }

  /**
   * Has an operation resumed that waits to be, or is stalled: its failures count no more. Who runs
   * is left alone, as far as its lease can be read; a damaged one is replaced.
   *
   * @param seen an execution in progress
   * @return {@link Resolution#RESUMABLE}, {@link Resolution#RUNNING}, {@link Resolution#CHANGED} or
   *     {@link Resolution#UNKNOWN}
   */
  public CompletableFuture<Resolution> resumeNow(SeenRecord seen, String reason) {
    requireLine(reason, "a reason");
    Execution claim = inProgress(seen).getExecution();
    return resolve(
        (transaction, unknown) ->
            asSeen(transaction, seen, unknown)
                .thenCombine(
                    leases
                        .find(transaction, seen.hash())
                        .exceptionally(RecordResolver::noneIfUnreadable),
                    Found::new)
                .thenCombine(
                    transaction.getReadVersion(),
                    (found, version) -> resumable(transaction, seen, claim, found, version)),
        "resumed",
        seen,
        reason);
  }

  private Decided<Resolution> resumable(
      Transaction transaction, SeenRecord seen, Execution claim, Found found, long version) {
    if (found.refusal().isPresent()) {
      return Decided.reading(found.refusal().get());
    }
    Lease lease = found.lease().orElse(Lease.getDefaultInstance());
    if (Leases.isHeld(lease, version)) {
      return Decided.reading(Resolution.RUNNING);
    }
    leases.put(
        transaction,
        seen.hash(),
        lease.toBuilder()
            .setToken(claim.getToken())
            .setOwner(claim.getOwner())
            .setRenewedAtVersion(version)
            .setReleased(true)
            .setRestMillis(0)
            .setFailures(0)
            .setStalled(false)
            .build());
    return Decided.writing(Resolution.RESUMABLE);
  }

  /**
   * Fails an operation that is in progress, whether or not an execution is running: the failure
   * becomes its outcome, which every attempt gets from now on, as long as outcomes are kept. The
   * claim goes with that, so an execution that is still alive can't commit another step. What was
   * done before is not undone, and a call that such an execution is just making may still take
   * effect, once.
   *
   * @param seen an execution in progress
   * @param code a {@code google.rpc.Code} that a guard may declare to be final: not OK, CANCELLED,
   *     UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL or UNAVAILABLE
   * @param message told to callers, with the code; 1 to {@value #LONGEST_TEXT} characters in one
   *     line
   * @return {@link Resolution#FAILED}, also if this was done before; {@link Resolution#CHANGED} or
   *     {@link Resolution#UNKNOWN}
   */
  public CompletableFuture<Resolution> fail(
      SeenRecord seen, int code, String message, String reason) {
    requireLine(reason, "a reason");
    requireLine(message, "a message");
    if (code < 1 || code > LAST_CODE || NEVER_FINAL.contains(code)) {
      throw new IllegalArgumentException(
          "code " + code + " can't be final: it says nothing about an operation's outcome");
    }
    Record record = inProgress(seen);
    Outcome outcome = Outcome.newBuilder().setCode(code).setMessage(message).build();
    return resolve(
        (transaction, unknown) ->
            SeenRecord.read(transaction, seen.hash(), seen.key())
                .thenCombine(
                    transaction.getReadVersion(),
                    (found, version) ->
                        failed(transaction, seen, record, outcome, found, unknown, version)),
        "failed",
        seen,
        reason);
  }

  private Decided<Resolution> failed(
      Transaction transaction,
      SeenRecord seen,
      Record record,
      Outcome outcome,
      Optional<SeenRecord> found,
      boolean unknown,
      long version) {
    if (found.flatMap(SeenRecord::record).map(Record::getOutcome).equals(Optional.of(outcome))) {
      return Decided.reading(Resolution.FAILED);
    }
    if (!found.map(seen::isLike).orElse(false)) {
      return Decided.reading(changed(unknown));
    }
    executions.complete(
        transaction, seen.hash(), seen.key(), record.getFingerprint(), outcome, version);
    return Decided.writing(Resolution.FAILED);
  }

  /**
   * Forgets a record that is wrong: one that can't be understood, say, or an outcome that should
   * never have been recorded.
   *
   * <p><b>This gives up what the record was kept for.</b> Whoever comes back with its request ID
   * executes the operation from its beginning: what it had done is done once more. So make sure
   * before that it has done nothing, or that this was undone, or that nobody comes back. An
   * execution that is believed dead but alive can't commit another step, unless the store has left
   * it in doubt about its very first commit: then it is as one that comes back. To end an
   * operation, {@link #fail} it.
   *
   * @param seen any record; one that was listed as an execution in progress is no longer
   * @return {@link Resolution#FORGOTTEN}, also if there is no record any more; {@link
   *     Resolution#RUNNING}, {@link Resolution#CHANGED} or {@link Resolution#UNKNOWN}
   */
  public CompletableFuture<Resolution> forget(SeenRecord seen, String reason) {
    requireLine(reason, "a reason");
    return resolve(
        (transaction, unknown) -> forget(transaction, seen, unknown), "forgotten", seen, reason);
  }

  private CompletableFuture<Decided<Resolution>> forget(
      Transaction transaction, SeenRecord seen, boolean unknown) {
    byte[] listed = keys.execution(seen.hash().toByteArray());
    CompletableFuture<Boolean> inProgress =
        transaction.get(listed).thenApply(entry -> entry != null);
    CompletableFuture<Optional<byte[]>> age = ageEntry(transaction, seen);
    return SeenRecord.read(transaction, seen.hash(), seen.key())
        .thenCombine(inProgress, (found, isListed) -> state(seen, found, isListed, unknown))
        .thenCombine(
            leases.find(transaction, seen.hash()).exceptionally(RecordResolver::noneIfUnreadable),
            Found::new)
        .thenCombine(
            transaction.getReadVersion(),
            (found, version) ->
                found.refusal().isEmpty()
                        && found.lease().map(lease -> Leases.isHeld(lease, version)).orElse(false)
                    ? new Found(Optional.of(Resolution.RUNNING), found.lease())
                    : found)
        .thenCombine(
            age,
            (found, entry) -> {
              if (found.refusal().isPresent()) {
                return Decided.reading(found.refusal().get());
              }
              executions.clear(transaction, seen.hash(), seen.key());
              entry.ifPresent(transaction::clear);
              return Decided.writing(Resolution.FORGOTTEN);
            });
  }

  /** What is neither stored nor listed is forgotten. */
  private static Optional<Resolution> state(
      SeenRecord seen, Optional<SeenRecord> found, boolean listed, boolean unknown) {
    if (found.isEmpty() && !listed) {
      return Optional.of(Resolution.FORGOTTEN);
    }
    SeenRecord now = found.orElseGet(() -> SeenRecord.missing(seen.hash(), seen.key()));
    return now.isLike(seen) && (!unknown || isUnique(seen))
        ? Optional.empty()
        : Optional.of(changed(unknown));
  }

  /** A claim is never written twice; the same outcome may be, by whoever came back meanwhile. */
  private static boolean isUnique(SeenRecord seen) {
    return seen.record().filter(Record::hasExecution).isPresent();
  }

  /**
   * Finds the entry of an opaque ID's record in the age index, which must go with it: it would lead
   * to the record of the next execution. It isn't known when the record was written, so all entries
   * of its part of the index are read: a 256th of all.
   */
  private CompletableFuture<Optional<byte[]>> ageEntry(
      ReadTransaction transaction, SeenRecord seen) {
    if (!keys.isOpaque(seen.key())) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return transaction
        .snapshot()
        .getRange(keys.opaqueAges(seen.hash().byteAt(0)))
        .asList()
        .thenApply(
            entries ->
                entries.stream()
                    .map(entry -> entry.getKey())
                    .filter(entry -> seen.hash().equals(ByteString.copyFrom(keys.hashOfAge(entry))))
                    .findFirst());
  }

  /**
   * What was found in a transaction.
   *
   * @param refusal what is answered at once, if anything
   */
  private record Found(Optional<Resolution> refusal, Optional<Lease> lease) {}

  private CompletableFuture<Optional<Resolution>> asSeen(
      Transaction transaction, SeenRecord seen, boolean unknown) {
    return SeenRecord.read(transaction, seen.hash(), seen.key())
        .thenApply(
            found ->
                found.map(seen::isLike).orElse(false)
                    ? Optional.empty()
                    : Optional.of(changed(unknown)));
  }

  private static Resolution changed(boolean unknown) {
    return unknown ? Resolution.UNKNOWN : Resolution.CHANGED;
  }

  private static Optional<Lease> noneIfUnreadable(Throwable failure) {
    if (!UnreadableRecordException.caused(failure)) {
      throw new CompletionException(failure);
    }
    return Optional.empty();
  }

  private static Record inProgress(SeenRecord seen) {
    return seen.record()
        .filter(Record::hasExecution)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "this is no execution in progress, or its record can't be understood: it can"
                        + " only be forgotten"));
  }

  private CompletableFuture<Resolution> resolve(
      ResolverLoop.Work<Resolution> work, String what, SeenRecord seen, String reason) {
    return ResolverLoop.run(database, work)
        .thenApply(
            decided -> {
              if (decided.commit()) {
                LOG.warning(() -> "an operator had " + nameOf(seen) + " " + what + ": " + reason);
              }
              return decided.value();
            });
  }

  private static String nameOf(SeenRecord seen) {
    return seen.record()
        .filter(Record::hasExecution)
        .map(record -> "an execution of " + record.getExecution().getMethod())
        .orElse("a record");
  }

  private static void requireLine(String text, String what) {
    if (text.isBlank()
        || text.length() > LONGEST_TEXT
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          what + " is demanded: one line, of at most " + LONGEST_TEXT + " characters");
    }
  }
}
