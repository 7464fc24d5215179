package io.github.grpconce.operator;

import static io.github.grpconce.operator.ExecutionInProgress.State.RUNNING;
import static io.github.grpconce.operator.ExecutionInProgress.State.STALLED;
import static io.github.grpconce.operator.ExecutionInProgress.State.UNREADABLE;
import static io.github.grpconce.operator.ExecutionInProgress.State.WAITING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.record.Leases;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Failure;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.github.grpconce.v1.Step;
import io.github.grpconce.v1.StoredRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator sees of executions in progress, and may do about them. */
@StoreTest
class RecordResolverTest {

  private static final String REASON = "because the test says so";
  private static final int NOT_FOUND = 5;
  private static final Duration RETENTION = Duration.ofHours(1);

  private static final Execution CLAIM =
      Execution.newBuilder()
          .setToken(3)
          .setOwner("owner")
          .setMethod(RecordStore.METHOD)
          .setRequestId("secret-id")
          .build();

  private final RecordStore store = new RecordStore();
  private final Records records = Records.in(RecordStore.SPACE);
  private final RecordInspector inspector = RecordInspector.of(store.database, RecordStore.SPACE);
  private final RecordResolver resolver = RecordResolver.of(store.database, RecordStore.SPACE);

  private RequestId begin(RequestId id, UnaryOperator<Lease.Builder> lease) {
    store.in(
        tr ->
            tr.getReadVersion()
                .thenAccept(
                    version -> {
                      records
                          .executions()
                          .begin(
                              tr,
                              RecordStore.identity(id),
                              new Lookup.Absent(version, false, false),
                              Fingerprint.newBuilder().setVersion(1).build(),
                              CLAIM.toBuilder().setBegunAtVersion(version).build(),
                              StoredRequest.getDefaultInstance(),
                              lease
                                  .apply(
                                      Lease.newBuilder()
                                          .setToken(3)
                                          .setOwner("owner")
                                          .setRenewedAtVersion(version)
                                          .setLeaseMillis(10_000))
                                  .build());
                      records
                          .executions()
                          .remember(
                              tr,
                              RecordStore.identity(id),
                              Step.newBuilder().setLabel("one").build());
                    }));
    return id;
  }

  private RequestId begin(RequestId id) {
    return begin(id, lease -> lease);
  }

  private RequestId beginReleased(RequestId id) {
    return begin(id, lease -> lease.setReleased(true));
  }

  private void endLease() {
    store.time.advance(Duration.ofSeconds(11));
  }

  private ExecutionInProgress listed() {
    List<ExecutionInProgress> all = store.time.join(inspector.executionsInProgress(10));
    assertEquals(1, all.size());
    return all.get(0);
  }

  private Optional<SeenRecord> look(RequestId id) {
    return store.time.join(inspector.look("", RecordStore.METHOD, id));
  }

  private Optional<Record> found(RequestId id) {
    return look(id).flatMap(SeenRecord::record);
  }

  private Resolution resumeNow(SeenRecord seen) {
    return store.time.join(resolver.resumeNow(seen, REASON));
  }

  private Resolution fail(SeenRecord seen) {
    return store.time.join(resolver.fail(seen, NOT_FOUND, "no such account", REASON));
  }

  private Resolution forget(SeenRecord seen) {
    return store.time.join(resolver.forget(seen, REASON));
  }

  private void takeOver(RequestId id) {
    store.in(
        tr ->
            records
                .executions()
                .find(tr, RecordStore.identity(id))
                .thenAccept(
                    record ->
                        records
                            .executions()
                            .takeOver(
                                tr,
                                RecordStore.identity(id),
                                Fingerprint.newBuilder().setVersion(1).build(),
                                CLAIM.toBuilder().setToken(4).setOwner("other").build(),
                                Lease.newBuilder().setReleased(true).build())));
  }

  private void damage(RequestId id) {
    store.write(
        tr -> tr.set(store.keys.record(RecordStore.identity(id)), new byte[] {(byte) 0xFF}));
  }

  private void assertNothingIsLeft() {
    for (char kind : "toxpl".toCharArray()) {
      assertEquals(0, store.count(kind), "of kind " + kind);
    }
  }

  @Test
  void executionsInProgress_areShownWithTheirState() {
    RequestId id = begin(store.timeBearingId());
    assertEquals(RUNNING, listed().state());
    assertEquals(3, listed().executions());
    assertEquals(RecordStore.METHOD, listed().method());
    assertEquals(Optional.empty(), listed().lastFailure());
    assertFalse(listed().toString().contains("secret"), listed()::toString);

    endLease();
    assertEquals(WAITING, listed().state());
    assertEquals(11, listed().age().toSeconds());

    damage(id);
    assertEquals(UNREADABLE, listed().state());
    assertEquals(Duration.ZERO, listed().age());
    assertEquals("", listed().method());
  }

  @Test
  void stalledExecution_isShownWithItsLastFailure() {
    begin(
        store.opaqueId(),
        lease ->
            lease
                .setReleased(true)
                .setStalled(true)
                .setFailures(7)
                .setLastFailure(
                    Failure.newBuilder()
                        .setCode(14)
                        .setException("java.io.IOException")
                        .setAtVersion(lease.getRenewedAtVersion())));
    store.time.advance(Duration.ofSeconds(5));

    ExecutionInProgress shown = listed();

    assertEquals(STALLED, shown.state());
    assertEquals(7, shown.failures());
    ExecutionInProgress.LastFailure failure = shown.lastFailure().orElseThrow();
    assertEquals(14, failure.code());
    assertEquals("java.io.IOException", failure.exception());
    assertEquals(5, failure.age().toSeconds());
  }

  @Test
  void executionWhoseRecordOrLeaseIsGoneOrDamaged_isShown_andCanBeForgotten() {
    RequestId id = begin(store.timeBearingId());
    store.write(
        tr -> {
          tr.clear(store.keys.record(RecordStore.identity(id)));
          tr.set(store.keys.lease(RecordStore.hash(id)), new byte[] {(byte) 0xFF});
        });

    assertEquals(UNREADABLE, listed().state());
    assertEquals(Resolution.FORGOTTEN, forget(listed().seen()));
    assertNothingIsLeft();
  }

  @Test
  void resumeNow_endsWhatKeepsServersFromIt() {
    RequestId id =
        begin(
            store.timeBearingId(),
            lease ->
                lease.setReleased(true).setStalled(true).setFailures(9).setRestMillis(300_000));

    assertEquals(Resolution.RESUMABLE, resumeNow(listed().seen()));

    assertEquals(WAITING, listed().state());
    assertEquals(0, listed().failures());
    store.time.advance(Duration.ofMillis(1));
    Leases.Overdue due = store.in(tr -> records.leases().overdue(tr, Optional.empty(), 10));
    assertEquals(List.of(RecordStore.identity(id).hash()), due.hashes());
  }

  @Test
  void resumeNow_replacesADamagedLease() {
    RequestId id = begin(store.timeBearingId());
    store.write(tr -> tr.set(store.keys.lease(RecordStore.hash(id)), new byte[] {(byte) 0xFF}));
    assertEquals(UNREADABLE, listed().state());
    assertEquals(1, store.in(tr -> records.leases().overdue(tr, Optional.empty(), 10)).damaged());

    assertEquals(Resolution.RESUMABLE, resumeNow(listed().seen()));

    assertEquals(WAITING, listed().state());
    assertEquals(0, store.in(tr -> records.leases().overdue(tr, Optional.empty(), 10)).damaged());
  }

  @Test
  void resumeNow_leavesWhoRunsAlone() {
    begin(store.timeBearingId());
    assertEquals(Resolution.RUNNING, resumeNow(listed().seen()));
    assertEquals(RUNNING, listed().state());
  }

  @Test
  void fail_isTheOutcome_whoeverRuns() {
    RequestId id = begin(store.timeBearingId());

    assertEquals(Resolution.FAILED, fail(listed().seen()));

    Outcome outcome = found(id).orElseThrow().getOutcome();
    assertEquals(NOT_FOUND, outcome.getCode());
    assertEquals("no such account", outcome.getMessage());
    assertEquals(1, found(id).orElseThrow().getFingerprint().getVersion());
    assertEquals(1, store.count('t'), "neither steps nor the request");
    assertEquals(0, store.count('p') + store.count('l'));
  }

  @Test
  void failOfAnOpaqueId_isForgottenAfterItsRetention_asAnyOutcome() {
    beginReleased(store.opaqueId());
    fail(listed().seen());
    assertEquals(1, store.count('x'));

    store.time.advance(RETENTION.multipliedBy(3));
    store.time.join(store.sweeper(RETENTION).build().sweepOnce());

    assertEquals(0, store.count('o') + store.count('x'));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2, 4, 10, 13, 14, 17})
  void fail_takesNoCodeThatSaysNothing(int code) {
    begin(store.timeBearingId());
    SeenRecord seen = listed().seen();
    assertThrows(
        IllegalArgumentException.class, () -> resolver.fail(seen, code, "a message", REASON));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void forgottenExecution_leavesNothing(boolean opaque) {
    beginReleased(opaque ? store.opaqueId() : store.timeBearingId());
    assertEquals(Resolution.FORGOTTEN, forget(listed().seen()));
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void forgottenOutcome_leavesNothing(boolean opaque) {
    RequestId id = store.executed(opaque ? store.opaqueId() : store.timeBearingId(), 200_000);
    assertEquals(Resolution.FORGOTTEN, forget(look(id).orElseThrow()));
    assertNothingIsLeft();
    assertInstanceOf(Lookup.Absent.class, store.find(id));
  }

  /** It looks like the one that is gone, but somebody has come back for it and relies on it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void outcomeThatWasForgottenUnnoticed_andMadeAgain_isNotForgottenOnceMore(boolean opaque) {
    RequestId id = store.executed(opaque ? store.opaqueId() : store.timeBearingId());
    SeenRecord seen = look(id).orElseThrow();
    FaultyDatabase faults = new FaultyDatabase(store.database);
    faults.onNextCommit(
        commit ->
            () ->
                commit
                    .commit()
                    .thenCompose(
                        done -> {
                          store.executed(id);
                          return CompletableFuture.failedFuture(FaultyDatabase.error(1021));
                        }));

    RecordResolver unsure = RecordResolver.of(faults.database(), RecordStore.SPACE);
    assertEquals(Resolution.UNKNOWN, store.time.join(unsure.forget(seen, REASON)));

    assertInstanceOf(Lookup.Found.class, store.find(id));
  }

  /** Its age's entry would lead to what is written later. */
  @Test
  void opaqueIdThatIsForgottenAndExecutedAgain_isRememberedForAllOfItsRetention() {
    RequestId id = store.executed(store.opaqueId());
    store.time.advance(RETENTION);
    forget(look(id).orElseThrow());
    store.executed(id);

    store.time.advance(RETENTION.dividedBy(2));
    store.time.join(store.sweeper(RETENTION).build().sweepOnce());

    assertInstanceOf(Lookup.Found.class, store.find(id));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void damagedRecord_canBeForgotten_andNothingElse(boolean opaque) {
    RequestId id = begin(opaque ? store.opaqueId() : store.timeBearingId());
    endLease();
    damage(id);
    SeenRecord seen = listed().seen();

    assertThrows(IllegalArgumentException.class, () -> resumeNow(seen));
    assertThrows(IllegalArgumentException.class, () -> fail(seen));
    assertEquals(Resolution.FORGOTTEN, forget(seen));
    assertNothingIsLeft();
  }

  @Test
  void forget_leavesWhoRunsAlone() {
    begin(store.timeBearingId());
    assertEquals(Resolution.RUNNING, forget(listed().seen()));
    assertEquals(RUNNING, listed().state());
  }

  @Test
  void whatHasChangedSinceItWasSeen_isLeftAsItIs() {
    RequestId id = beginReleased(store.timeBearingId());
    SeenRecord seen = listed().seen();
    takeOver(id);

    assertEquals(Resolution.CHANGED, resumeNow(seen));
    assertEquals(Resolution.CHANGED, fail(seen));
    assertEquals(Resolution.CHANGED, forget(seen));
    assertEquals(4, found(id).orElseThrow().getExecution().getToken());
  }

  @Test
  void outcome_canNeitherBeResumedNorFailed() {
    SeenRecord seen = look(store.executed(store.timeBearingId())).orElseThrow();
    assertThrows(IllegalArgumentException.class, () -> resumeNow(seen));
    assertThrows(IllegalArgumentException.class, () -> fail(seen));
  }

  @Test
  void whatIsAskedForTwice_isDoneOnce_andSaidTwice() {
    beginReleased(store.timeBearingId());
    SeenRecord seen = listed().seen();
    assertEquals(Resolution.RESUMABLE, resumeNow(seen));
    assertEquals(Resolution.RESUMABLE, resumeNow(seen));
    assertEquals(Resolution.FAILED, fail(seen));
    assertEquals(Resolution.FAILED, fail(seen));
    assertEquals(Resolution.CHANGED, resumeNow(seen));

    beginReleased(store.timeBearingId());
    SeenRecord other = listed().seen();
    assertEquals(Resolution.FORGOTTEN, forget(other));
    assertEquals(Resolution.FORGOTTEN, forget(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "two\nlines"})
  void reason_isDemanded(String reason) {
    begin(store.timeBearingId());
    SeenRecord seen = listed().seen();
    String tooLong = "x".repeat(RecordResolver.LONGEST_TEXT + 1);
    assertThrows(IllegalArgumentException.class, () -> resolver.resumeNow(seen, reason));
    assertThrows(
        IllegalArgumentException.class, () -> resolver.fail(seen, NOT_FOUND, "so", reason));
    assertThrows(IllegalArgumentException.class, () -> resolver.forget(seen, reason));
    assertThrows(
        IllegalArgumentException.class, () -> resolver.fail(seen, NOT_FOUND, reason, REASON));
    assertThrows(IllegalArgumentException.class, () -> resolver.forget(seen, tooLong));
  }

  @Test
  void whatIsDone_isLoggedWithItsReason_andWithoutIds() {
    beginReleased(store.timeBearingId());
    SeenRecord seen = listed().seen();
    try (LogCapture log = LogCapture.start()) {
      resumeNow(seen);
      fail(seen);
      fail(seen);

      String told = log.seen().toString();
      assertTrue(told.contains("an execution of test.Service/Do resumed: " + REASON), told);
      assertTrue(told.contains("an execution of test.Service/Do failed: " + REASON), told);
      assertEquals(2, log.seen().size(), told);
      assertFalse(told.contains("secret"), told);
    }
  }
}
