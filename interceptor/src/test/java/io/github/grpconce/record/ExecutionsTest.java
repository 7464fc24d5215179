package io.github.grpconce.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.github.grpconce.v1.Step;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is half done: claimed, listed, kept alive, and completed in the end. */
class ExecutionsTest {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Fingerprint FINGERPRINT = Fingerprint.newBuilder().setVersion(1).build();
  private static final Outcome OUTCOME =
      Outcome.newBuilder().addResponses(ByteString.copyFromUtf8("done")).build();

  private final RecordStore store = new RecordStore();
  private final Executions executions = Records.in(RecordStore.SPACE).executions();

  @Test
  void executionInProgress_isFoundListedAndLeased() {
    RequestId id = put(store.timeBearingId(), execution("step"));

    Record record = found(id).orElseThrow();
    assertEquals(execution("step"), record.getExecution());
    assertEquals(FINGERPRINT, record.getFingerprint());
    byte[] key = store.keys.record(RecordStore.identity(id));
    assertEquals(ByteString.copyFrom(key), list(10).get(0).recordKey());
    assertEquals(LEASE.toMillis(), lease(id).orElseThrow().getLeaseMillis());
    assertEquals(1, store.count('f'), "the subspace says which format it has");
  }

  @Test
  void operationWithoutAnExecution_hasNeitherRecordNorLease() {
    RequestId id = store.timeBearingId();

    assertEquals(Optional.empty(), found(id));
    assertEquals(Optional.empty(), lease(id));
    assertEquals(List.of(), list(10));
  }

  @Test
  void smallerRecordInThePlaceOfALargeOne_leavesNoPartsBehind() {
    RequestId id = put(store.timeBearingId(), execution("x".repeat(200_000)));
    assertEquals(4, store.count('t'));

    complete(id);

    assertEquals(1, store.count('t'));
    assertEquals(OUTCOME, found(id).orElseThrow().getOutcome());
  }

  @Test
  void completedExecution_isListedAndLeasedNoMore() {
    RequestId id = complete(put(store.timeBearingId(), execution("step")));

    assertEquals(FINGERPRINT, found(id).orElseThrow().getFingerprint());
    assertEquals(List.of(), list(10));
    assertEquals(Optional.empty(), lease(id));
    assertEquals(0, store.count('x'), "its ID says how old it is");
  }

  /** Without its entry in the age index it would never be forgotten. */
  @Test
  void opaqueIdsRecord_hasItsAgeFromItsOutcomeOn() {
    RequestId id = put(store.opaqueId(), execution("step"));
    assertEquals(0, store.count('x'));

    complete(id);
    assertEquals(1, store.count('x'));

    store.time.advance(Duration.ofHours(2));
    assertEquals(
        1,
        store
            .time
            .join(store.sweeper(Duration.ofHours(1)).build().sweepOnce())
            .opaqueRecordsRemoved());
    assertEquals(Optional.empty(), found(id));
  }

  @Test
  void newerFormatOfTheSubspace_isNeverLowered() {
    byte[] newer = ByteBuffer.allocate(Integer.BYTES).putInt(SubspaceState.FORMAT + 1).array();
    store.write(tr -> tr.set(store.keys.format(), newer));

    put(store.timeBearingId(), execution("step"));

    byte[] stored = store.in(tr -> tr.get(store.keys.format()));
    assertArrayEquals(newer, stored);
  }

  @Test
  void damagedLease_isRefusedAndNotTakenForAbsent() {
    RequestId id = put(store.timeBearingId(), execution("step"));
    store.write(tr -> tr.set(store.keys.lease(RecordStore.hash(id)), new byte[] {(byte) 0xFF}));

    CompletionException failure = assertThrows(CompletionException.class, () -> lease(id));
    assertInstanceOf(UnreadableRecordException.class, failure.getCause());
  }

  /** Whatever a handler has asked for: two executions never both commit. */
  @Test
  void twoWhoClaimAtOnce_excludeEachOther() {
    RequestId id = store.timeBearingId();
    Transaction one = store.database.createTransaction();
    Transaction other = store.database.createTransaction();
    for (Transaction each : List.of(one, other)) {
      assertEquals(
          Optional.empty(), store.time.join(executions.find(each, RecordStore.identity(id))));
      each.options().setNextWriteNoWriteConflictRange();
      store.time.join(put(each, id, execution("step")));
    }

    store.time.join(one.commit());

    assertConflict(other);
  }

  /** A lease that is given up while it is renewed stays given up, or the other way round. */
  @Test
  void twoWhoRenewAtOnce_excludeEachOther() {
    RequestId id = put(store.timeBearingId(), execution("step"));
    Transaction one = store.database.createTransaction();
    Transaction other = store.database.createTransaction();
    for (Transaction each : List.of(one, other)) {
      Lease lease = store.time.join(executions.lease(each, hash(id))).orElseThrow();
      each.options().setNextWriteNoWriteConflictRange();
      executions.renew(each, hash(id), lease.toBuilder().setReleased(each == one).build());
    }

    store.time.join(one.commit());

    assertConflict(other);
    assertTrue(lease(id).orElseThrow().getReleased());
  }

  @Test
  void lease_lastsAsLongAsItSaysInTheStoresVersions() {
    Lease lease = lease(1_000_000);
    long end = 1_000_000 + LEASE.toMillis() * 1_000;

    assertFalse(Executions.isExpired(lease, 1_000_000));
    assertTrue(Executions.isExpired(lease, 999_999), "a backup's, of another cluster");
    assertFalse(Executions.isExpired(lease, end));
    assertTrue(Executions.isExpired(lease, end + 1));
  }

  /** Whoever waits that long finds it expired. */
  @Test
  void timeLeft_isUntilTheLeaseIsOver() {
    Lease lease = lease(1_000_000);
    long end = 1_000_000 + LEASE.toMillis() * 1_000;

    assertEquals(LEASE.plusMillis(1), Executions.timeLeft(lease, 1_000_000));
    assertEquals(Duration.ofMillis(2), Executions.timeLeft(lease, end - 1_999));
    assertEquals(Duration.ofMillis(1), Executions.timeLeft(lease, end));
    assertEquals(Duration.ofMillis(1), Executions.timeLeft(lease, end + 60_000_000));
  }

  @Test
  void list_goesOnWhereItEnded() {
    List<RequestId> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(put(store.timeBearingId(), execution("step")));
    }

    List<Executions.Listed> first = list(3);
    List<Executions.Listed> rest =
        store.in(tr -> executions.list(tr, Optional.of(first.get(2).position()), 3));

    assertEquals(3, first.size());
    assertEquals(2, rest.size());
    first.addAll(rest);
    assertEquals(
        ids.stream()
            .map(id -> ByteString.copyFrom(store.keys.record(RecordStore.identity(id))))
            .collect(Collectors.toSet()),
        first.stream().map(Executions.Listed::recordKey).collect(Collectors.toSet()));
  }

  /** Looking for what nobody keeps alive must not make those conflict who are alive. */
  @Test
  void list_conflictsWithNothing() {
    put(store.timeBearingId(), execution("step"));
    Transaction reader = store.database.createTransaction();
    store.time.join(executions.list(reader, Optional.empty(), 10));
    reader.set(RecordStore.prefix('z'), new byte[0]);

    put(store.timeBearingId(), execution("step"));

    store.time.join(reader.commit());
  }

  @Test
  void overdue_areThoseWhoseLeaseIsOverOrGone() {
    RequestId dead = put(store.timeBearingId(), execution("dead"));
    RequestId unleased = put(store.timeBearingId(), execution("unleased"));
    store.write(tr -> tr.clear(store.keys.lease(RecordStore.hash(unleased))));
    store.time.advance(LEASE.plusMillis(1));
    put(store.timeBearingId(), execution("alive"));
    // Listed, and completed all the same: as no version of this code leaves it.
    store.beginExecution(store.executed(store.timeBearingId()));

    List<Executions.Listed> listed = list(10);
    Executions.Found found = store.in(tr -> executions.overdue(tr, listed, Long.MAX_VALUE));

    assertEquals(4, found.examined());
    assertEquals(
        Set.of(
            new Executions.Overdue(hash(dead), execution("dead")),
            new Executions.Overdue(hash(unleased), execution("unleased"))),
        Set.copyOf(found.overdue()));
  }

  @Test
  void overdue_areNotReadOnOnceThereIsEnough() {
    for (int i = 0; i < 5; i++) {
      put(store.timeBearingId(), execution("dead"));
    }
    store.time.advance(LEASE.plusMillis(1));
    List<Executions.Listed> listed = list(10);
    int bytes = execution("dead").getSerializedSize();

    assertEquals(1, store.in(tr -> executions.overdue(tr, listed, 1)).examined());
    assertEquals(2, store.in(tr -> executions.overdue(tr, listed, bytes + 1)).overdue().size());
    assertEquals(5, store.in(tr -> executions.overdue(tr, listed, 6L * bytes)).examined());
  }

  @Test
  void watch_tellsWhoWaits() {
    RequestId id = put(store.timeBearingId(), execution("step"));
    Transaction waiter = store.database.createTransaction();
    CompletableFuture<Void> changed = executions.watch(waiter, RecordStore.identity(id));
    store.time.join(waiter.commit());
    store.time.advance(Duration.ofSeconds(1));
    assertFalse(changed.isDone());

    complete(id);

    store.time.join(changed);
  }

  private void assertConflict(Transaction transaction) {
    CompletionException failure =
        assertThrows(CompletionException.class, () -> store.time.join(transaction.commit()));
    assertEquals(1020, StoreError.causing(failure).orElseThrow().code());
  }

  private RequestId put(RequestId id, Execution execution) {
    store.in(tr -> put(tr, id, execution));
    return id;
  }

  private CompletableFuture<Void> put(Transaction tr, RequestId id, Execution execution) {
    return tr.getReadVersion()
        .thenAccept(
            version ->
                executions.put(
                    tr, RecordStore.identity(id), FINGERPRINT, execution, lease(version)));
  }

  private RequestId complete(RequestId id) {
    store.in(
        tr ->
            tr.getReadVersion()
                .thenAccept(
                    version ->
                        executions.complete(
                            tr, RecordStore.identity(id), FINGERPRINT, OUTCOME, version)));
    return id;
  }

  private Optional<Record> found(RequestId id) {
    return store.in(tr -> executions.find(tr, RecordStore.identity(id)));
  }

  private Optional<Lease> lease(RequestId id) {
    return store.in(tr -> executions.lease(tr, hash(id)));
  }

  private List<Executions.Listed> list(int limit) {
    return new ArrayList<>(store.in(tr -> executions.list(tr, Optional.empty(), limit)));
  }

  private static ByteString hash(RequestId id) {
    return RecordStore.identity(id).hash();
  }

  private static Lease lease(long renewedAt) {
    return Lease.newBuilder()
        .setToken(1)
        .setRenewedAtVersion(renewedAt)
        .setLeaseMillis((int) LEASE.toMillis())
        .build();
  }

  private static Execution execution(String label) {
    return Execution.newBuilder().setToken(1).addSteps(Step.newBuilder().setLabel(label)).build();
  }
}
