package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.github.grpconce.v1.Step;
import io.github.grpconce.v1.StoredRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is half done: claimed, listed, kept alive, and completed in the end. */
@StoreTest
class ExecutionsTest {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Fingerprint FINGERPRINT = Fingerprint.newBuilder().setVersion(1).build();
  private static final Outcome OUTCOME =
      Outcome.newBuilder().addResponses(ByteString.copyFromUtf8("done")).build();

  private static final Execution CLAIM =
      Execution.newBuilder().setToken(1).setOwner("owner").build();
  private static final StoredRequest REQUEST =
      StoredRequest.newBuilder().addMessages(ByteString.copyFromUtf8("request")).build();

  private final RecordStore store = new RecordStore();
  private final Executions executions = Records.in(RecordStore.SPACE).executions();

  @Test
  void executionInProgress_isFoundListedAndLeased() {
    RequestId id = begin(store.timeBearingId());

    Record record = found(id).orElseThrow();
    assertEquals(CLAIM, record.getExecution());
    assertEquals(FINGERPRINT, record.getFingerprint());
    Executions.Listed listed = listed(id).orElseThrow();
    byte[] key = store.keys.record(RecordStore.identity(id));
    assertEquals(ByteString.copyFrom(key), listed.recordKey());
    assertEquals(record, listed.record());
    assertEquals(REQUEST, store.in(tr -> executions.request(tr, listed)));
    assertEquals(LEASE.toMillis(), lease(id).orElseThrow().getLeaseMillis());
    assertEquals(1, store.count('f'), "the subspace says which format it has");
  }

  @Test
  void operationWithoutAnExecution_hasNeitherRecordNorLease() {
    RequestId id = store.timeBearingId();

    assertEquals(Optional.empty(), found(id));
    assertEquals(Optional.empty(), lease(id));
    assertEquals(Optional.empty(), listed(id));
  }

  @Test
  void stepThatIsRemembered_isFoundByItsLabel_andStaysWhenAnotherTakesOver() {
    RequestId id = begin(store.timeBearingId());
    remember(id, "one");
    remember(id, "two");
    Execution next = CLAIM.toBuilder().setToken(2).build();
    write(
        id,
        (tr, version) ->
            executions.takeOver(tr, RecordStore.identity(id), FINGERPRINT, next, lease(version)));

    assertEquals(Optional.of(step("one")), step(id, "one"));
    assertEquals(Optional.of(step("two")), step(id, "two"));
    assertEquals(Optional.empty(), step(id, "three"));
    assertEquals(next, found(id).orElseThrow().getExecution());
    assertEquals(REQUEST, store.in(tr -> executions.request(tr, listed(id).orElseThrow())));
  }

  /** It is one key: all calls of all servers would write to it. */
  @Test
  void formatThatIsWritten_isNotWrittenAgain() {
    RequestId id = store.timeBearingId();

    store.in(tr -> begin(tr, id, REQUEST, true));
    assertEquals(0, store.count('f'));

    begin(store.timeBearingId());
    assertEquals(1, store.count('f'));
  }

  /** A step writes what is new, and nothing that is there. */
  @Test
  void step_writesOneKey() {
    RequestId id = begin(store.timeBearingId());
    int before = store.count('t');

    remember(id, "one");

    assertEquals(before + 1, store.count('t'));
  }

  @Test
  void hugeRequestAndSteps_areReadBackWhole_andGoWithTheOutcome() {
    RequestId id = store.timeBearingId();
    StoredRequest huge =
        StoredRequest.newBuilder().addMessages(ByteString.copyFrom(new byte[200_000])).build();
    Step large =
        Step.newBuilder()
            .setLabel("large")
            .setResult(ByteString.copyFrom(new byte[100_000]))
            .build();
    store.in(tr -> begin(tr, id, huge, false));
    write(id, (tr, version) -> executions.remember(tr, RecordStore.identity(id), large));
    assertEquals(huge, store.in(tr -> executions.request(tr, listed(id).orElseThrow())));
    assertEquals(Optional.of(large), step(id, "large"));
    assertEquals(8, store.count('t'));

    complete(id);

    assertEquals(1, store.count('t'));
    assertEquals(OUTCOME, found(id).orElseThrow().getOutcome());
  }

  @Test
  void executionWithoutItsRequest_isUnreadable() {
    RequestId id = begin(store.timeBearingId());
    byte[] key = RecordKeys.request(store.keys.record(RecordStore.identity(id)));
    Executions.Listed listed = listed(id).orElseThrow();
    store.write(tr -> tr.clear(key));

    assertUnreadable(() -> store.in(tr -> executions.request(tr, listed)));
  }

  /** Taken for not done, it would be done again. */
  @Test
  void damagedStep_isUnreadable() {
    RequestId id = begin(store.timeBearingId());
    byte[] key = RecordKeys.step(store.keys.record(RecordStore.identity(id)), "one");
    for (byte[] damaged :
        List.of(
            new byte[0],
            new byte[] {(byte) 0xFF},
            Record.newBuilder().setFormat(1).build().toByteArray(),
            Record.newBuilder().setFormat(2).setStep(step("one")).build().toByteArray())) {
      store.write(tr -> tr.set(key, damaged));
      assertUnreadable(() -> step(id, "one"));
    }
  }

  @Test
  void completedExecution_isListedAndLeasedNoMore() {
    RequestId id = complete(begin(store.timeBearingId()));

    assertEquals(FINGERPRINT, found(id).orElseThrow().getFingerprint());
    assertEquals(Optional.empty(), listed(id));
    assertEquals(Optional.empty(), lease(id));
    assertEquals(0, store.count('x'), "its ID says how old it is");
  }

  /** Without its entry in the age index it would never be forgotten. */
  @Test
  void opaqueIdsRecord_hasItsAgeFromItsOutcomeOn() {
    RequestId id = begin(store.opaqueId());
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

    begin(store.timeBearingId());

    byte[] stored = store.in(tr -> tr.get(store.keys.format()));
    assertArrayEquals(newer, stored);
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
      store.time.join(begin(each, id, REQUEST, false));
    }

    store.time.join(one.commit());

    assertConflict(other);
  }

  /** Whatever a handler has asked for: two runs of a step never both commit. */
  @Test
  void twoWhoDoTheSameStepAtOnce_excludeEachOther() {
    RequestId id = begin(store.timeBearingId());
    Transaction one = store.database.createTransaction();
    Transaction other = store.database.createTransaction();
    for (Transaction each : List.of(one, other)) {
      store.time.join(executions.step(each, RecordStore.identity(id), "one"));
      each.options().setNextWriteNoWriteConflictRange();
      executions.remember(each, RecordStore.identity(id), step("one"));
    }

    store.time.join(one.commit());

    assertConflict(other);
  }

  @Test
  void twoWhoDoDifferentStepsAtOnce_bothCommit() {
    RequestId id = begin(store.timeBearingId());
    Transaction one = store.database.createTransaction();
    Transaction other = store.database.createTransaction();
    for (Transaction each : List.of(one, other)) {
      String label = each == one ? "one" : "other";
      store.time.join(executions.find(each, RecordStore.identity(id)));
      store.time.join(executions.step(each, RecordStore.identity(id), label));
      executions.remember(each, RecordStore.identity(id), step(label));
    }

    store.time.join(one.commit());
    store.time.join(other.commit());
  }

  @Test
  void watch_tellsWhoWaits() {
    RequestId id = begin(store.timeBearingId());
    Transaction waiter = store.database.createTransaction();
    CompletableFuture<Void> changed = executions.watch(waiter, RecordStore.identity(id));
    store.time.join(waiter.commit());
    store.time.advance(Duration.ofSeconds(1));
    assertFalse(changed.isDone());

    complete(id);

    store.time.runReady();
    changed.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private void assertConflict(Transaction transaction) {
    CompletionException failure =
        assertThrows(CompletionException.class, () -> store.time.join(transaction.commit()));
    assertEquals(1020, StoreError.causing(failure).orElseThrow().code());
  }

  private static void assertUnreadable(Executable reading) {
    CompletionException failure = assertThrows(CompletionException.class, reading);
    assertInstanceOf(UnreadableRecordException.class, failure.getCause());
  }

  private RequestId begin(RequestId id) {
    store.in(tr -> begin(tr, id, REQUEST, false));
    return id;
  }

  private CompletableFuture<Void> begin(
      Transaction tr, RequestId id, StoredRequest request, boolean formatWritten) {
    return tr.getReadVersion()
        .thenAccept(
            version ->
                executions.begin(
                    tr,
                    RecordStore.identity(id),
                    new Lookup.Absent(version, formatWritten, false),
                    FINGERPRINT,
                    CLAIM,
                    request,
                    lease(version)));
  }

  private void remember(RequestId id, String label) {
    write(id, (tr, version) -> executions.remember(tr, RecordStore.identity(id), step(label)));
  }

  /** Writes as whoever has found the record his own. */
  private void write(RequestId id, BiConsumer<Transaction, Long> work) {
    store.in(
        tr ->
            executions
                .find(tr, RecordStore.identity(id))
                .thenCompose(found -> tr.getReadVersion())
                .thenAccept(version -> work.accept(tr, version)));
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
    return store.in(
        tr -> Records.in(RecordStore.SPACE).leases().find(tr, RecordStore.identity(id).hash()));
  }

  private Optional<Step> step(RequestId id, String label) {
    return store.in(tr -> executions.step(tr, RecordStore.identity(id), label));
  }

  private Optional<Executions.Listed> listed(RequestId id) {
    return store.in(tr -> executions.listed(tr, RecordStore.identity(id).hash()));
  }

  private static Lease lease(long renewedAt) {
    return Lease.newBuilder()
        .setToken(1)
        .setRenewedAtVersion(renewedAt)
        .setLeaseMillis((int) LEASE.toMillis())
        .build();
  }

  private static Step step(String label) {
    return Step.newBuilder().setLabel(label).setResult(ByteString.copyFromUtf8(label)).build();
  }
}
