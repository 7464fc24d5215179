package io.github.grpconce.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.server.IdempotentConsumer.Processed;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.StoredRequest;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@StoreTest
class IdempotentConsumerTest {

  private static final RequestId ID = RequestId.random();
  private static final ByteString CONTENT = ByteString.copyFromUtf8("ship order 17");
  private static final byte[] SHIPPED = "shipped".getBytes(UTF_8);

  private static final RecordIdentity IDENTITY = RecordIdentity.of("", "shipping", ID);
  private static final Fingerprint FINGERPRINT =
      RequestFingerprints.ofBytes("shipping").presentedSerialised(List.of(CONTENT)).fingerprint();

  private final Records records = Records.in(LedgerServer.RECORDS);
  private final Database store = TestStore.open(EmbeddedDatabase::inMemory);
  private final FaultyDatabase faults = new FaultyDatabase(store);
  private final AtomicInteger executions = new AtomicInteger();
  private final IdempotentConsumer consumer = consumer("shipping");

  @AfterEach
  void close() {
    assertEquals(0, faults.openTransactions());
    store.close();
  }

  @Test
  void secondDelivery_getsTheRecordedResult() {
    Processed first = consumer.process(ID, CONTENT, this::ship);
    Processed second = consumer("shipping").process(ID, CONTENT, this::ship);

    assertEquals(first.result(), second.result());
    assertFalse(first.replayed());
    assertTrue(second.replayed());
    assertEquals(1, shipped());
    assertEquals(1, executions.get());
  }

  @Test
  void otherConsumersAndOtherIds_processForThemselves() {
    consumer.process(ID, CONTENT, this::ship);
    consumer("billing").process(ID, CONTENT, this::ship);
    consumer.process(RequestId.of("order-17"), CONTENT, this::ship);

    assertEquals(3, shipped());
  }

  @Test
  void sameIdForOtherContent_isRefused() {
    consumer.process(ID, CONTENT, this::ship);

    assertRefused(ErrorReason.REQUEST_ID_REUSED, ByteString.copyFromUtf8("ship order 18"));
    assertEquals(1, shipped());
  }

  @Test
  void messageThatConflicts_isToldOfFromTheEleventhExecutionOn() {
    try (LogCapture log = LogCapture.start()) {
      for (int i = 0; i < 10; i++) {
        faults.dropNextCommit(1020);
      }
      consumer.process(ID, CONTENT, this::ship);

      assertEquals(11, executions.get());
      assertEquals(
          List.of(
              LogLine.MANY_EXECUTIONS.with(
                  "message",
                  "the consumer shipping",
                  10,
                  "conflicts or other errors of the store")),
          log.seenOf(SeldomLog.class));
    }
  }

  @Test
  void subspaceThatNobodySweeps_isToldOf() {
    consumer("billing").process(ID, CONTENT, this::ship);
    byte[] prefix = LedgerServer.RECORDS.getKey();
    byte[] swept = ByteBuffer.allocate(prefix.length + 1).put(prefix).put((byte) 's').array();
    store.run(
        tr -> {
          long day = Duration.ofDays(1).toNanos() / 1_000;
          long before = tr.getReadVersion().join() - day - 1;
          tr.set(swept, ByteBuffer.allocate(Long.BYTES).putLong(before).array());
          return null;
        });
    try (LogCapture log = LogCapture.start()) {
      consumer.process(ID, CONTENT, this::ship);

      assertEquals(
          List.of(LogLine.NEGLECTED.with("\\x02records\\x00")), log.seenOf(SeldomLog.class));
    }
  }

  @Test
  void subspaceOfSomebodyElse_isRefused() {
    store.run(
        tr -> {
          tr.set(LedgerServer.RECORDS.pack("orders"), new byte[0]);
          return null;
        });

    assertThrows(UnreadableRecordException.class, () -> consumer.process(ID, CONTENT, this::ship));
    assertEquals(0, shipped());
  }

  @Test
  void idFromTheFuture_isRefused() {
    Instant latest = ID.time().orElseThrow().minus(Duration.ofHours(1));

    MessageRefusedException refusal =
        assertThrows(
            MessageRefusedException.class,
            () ->
                consumer
                    .withClock(InstantSource.fixed(latest.minusMillis(1)))
                    .process(ID, CONTENT, this::ship));

    assertEquals(ErrorReason.REQUEST_ID_INVALID, refusal.reason());
    assertEquals(0, shipped());
    assertFalse(
        consumer
            .withClock(InstantSource.fixed(latest))
            .process(ID, CONTENT, this::ship)
            .replayed());
  }

  @Test
  void idAtTheHorizon_isRefused() {
    Instant time = ID.time().orElseThrow();
    byte[] prefix = LedgerServer.RECORDS.getKey();
    byte[] horizon = ByteBuffer.allocate(prefix.length + 1).put(prefix).put((byte) 'h').array();
    store.run(
        tr -> {
          tr.set(horizon, ByteBuffer.allocate(8).putLong(time.toEpochMilli()).array());
          return null;
        });

    assertRefused(ErrorReason.REQUEST_ID_EXPIRED, CONTENT);
    assertEquals(0, shipped());
    // Whatever else is set afterwards, opaque IDs stay opaque.
    IdempotentConsumer opaque = consumer.withOpaqueIds();
    assertFalse(
        opaque.withTimeLimit(Duration.ofDays(1)).process(ID, CONTENT, this::ship).replayed());
    IdempotentConsumer late = consumer("billing").withOpaqueIds();
    InstantSource longAgo = InstantSource.fixed(time.minus(Duration.ofDays(1)));
    assertFalse(late.withClock(longAgo).process(ID, CONTENT, this::ship).replayed());
  }

  @ParameterizedTest
  @ValueSource(ints = {1021, 1039})
  void commitOfUnknownResultThatLanded_isFound(int code) {
    faults.landNextCommit(code);

    assertTrue(consumer.process(ID, CONTENT, this::ship).replayed());
    assertEquals(1, shipped());
  }

  @ParameterizedTest
  @ValueSource(ints = {1007, 1020, 1021, 1039})
  void commitThatWasDropped_isTriedAgain(int code) {
    faults.dropNextCommit(code);

    assertFalse(consumer.process(ID, CONTENT, this::ship).replayed());
    assertEquals(1, shipped());
    assertEquals(2, executions.get());
  }

  @Test
  void callsOfTheFunction_haveTheSameIdsAtEveryTry() {
    List<RequestId> ids = new ArrayList<>();
    faults.dropNextCommit(1020);

    consumer.process(
        ID,
        CONTENT,
        transaction -> {
          ids.add(nextCall());
          ids.add(nextCall());
          return ship(transaction);
        });

    GuardedExecution execution = new GuardedExecution(ID, "", "shipping");
    RequestId first = execution.nextChild("demo.Payments/Charge");
    RequestId second = execution.nextChild("demo.Payments/Charge");
    assertEquals(List.of(first, second, first, second), ids);
    assertNull(GuardedExecution.current());
  }

  /** As the client's interceptor asks for it. */
  private static RequestId nextCall() {
    return Objects.requireNonNull(GuardedExecution.current()).nextChild("demo.Payments/Charge");
  }

  @ParameterizedTest
  @ValueSource(ints = {1031, 1510})
  void storeThatDoesNotAnswer_isForTheNextDelivery(int code) {
    faults.landNextCommit(code);

    FDBException failure =
        assertThrows(FDBException.class, () -> consumer.process(ID, CONTENT, this::ship));

    assertEquals(code, failure.getCode());
    assertTrue(consumer.process(ID, CONTENT, this::ship).replayed());
    assertEquals(1, shipped());
  }

  @Test
  void storeThatDoesNotAnswerBetweenTwoTries_isForTheNextDelivery() {
    faults
        .dropNextCommit(1020)
        .backOffUntil(CompletableFuture.failedFuture(FaultyDatabase.error(1031)));

    FDBException failure =
        assertThrows(FDBException.class, () -> consumer.process(ID, CONTENT, this::ship));

    assertEquals(1031, failure.getCode());
    assertEquals(0, shipped());
  }

  @Test
  void functionThatFails_leavesNothing() {
    assertThrows(
        ArithmeticException.class,
        () ->
            consumer.process(
                ID,
                CONTENT,
                transaction -> {
                  ship(transaction);
                  throw new ArithmeticException();
                }));

    assertEquals(0, shipped());
    assertFalse(consumer.process(ID, CONTENT, this::ship).replayed());
  }

  @Test
  void functionMayNotCommit() {
    assertThrows(
        IllegalStateException.class,
        () ->
            consumer.process(
                ID,
                CONTENT,
                transaction -> {
                  ship(transaction);
                  transaction.commit().join();
                  return ByteString.EMPTY;
                }));

    assertEquals(0, shipped());
  }

  @Test
  void hugeResult_isRefusedWithoutATrace() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            consumer.process(
                ID,
                CONTENT,
                transaction -> {
                  ship(transaction);
                  return ByteString.copyFrom(new byte[(8 << 20) + 1]);
                }));

    assertEquals(0, shipped());
  }

  @Test
  void resultOf8Mebibytes_isRecorded() {
    ByteString result = ByteString.copyFrom(new byte[8 << 20]);

    consumer.process(ID, CONTENT, transaction -> result);

    assertEquals(result, consumer.process(ID, CONTENT, this::ship).result());
    assertEquals(0, shipped());
  }

  @Test
  void transactionThatIsKept_isOfNoUseWhenTheFunctionHasReturned() {
    AtomicReference<Transaction> kept = new AtomicReference<>();
    consumer.process(
        ID,
        CONTENT,
        transaction -> {
          kept.set(transaction);
          return ship(transaction);
        });

    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class, () -> kept.get().set(SHIPPED, new byte[Integer.BYTES]));

    assertTrue(refusal.getMessage().contains("has been answered"), refusal.getMessage());
  }

  /** A guarded method can have the consumer's name for its identity. */
  @Test
  void recordWithoutAResult_isNotTakenForAResult() {
    recorded(
        (absent, transaction) ->
            records.complete(
                transaction,
                IDENTITY,
                absent,
                FINGERPRINT,
                Outcome.newBuilder().setCode(5).build()));

    assertThrows(UnreadableRecordException.class, () -> consumer.process(ID, CONTENT, this::ship));
    assertEquals(0, shipped());
  }

  @Test
  void executionInProgress_isNotTakenForAResult() {
    recorded(
        (absent, transaction) ->
            records
                .executions()
                .begin(
                    transaction,
                    IDENTITY,
                    absent,
                    FINGERPRINT,
                    Execution.newBuilder().setToken(1).setOwner("a server").build(),
                    StoredRequest.getDefaultInstance(),
                    Lease.getDefaultInstance()));

    assertRefused(ErrorReason.REQUEST_ID_REUSED, CONTENT);
    assertEquals(0, shipped());
  }

  private void recorded(BiConsumer<Lookup.Absent, Transaction> write) {
    store.run(
        transaction -> {
          write.accept((Lookup.Absent) records.find(transaction, IDENTITY).join(), transaction);
          return null;
        });
  }

  @OnEngineOnly("a fault plan")
  @Test
  void silentStore_isNotWaitedForLongerThanTheLimit() {
    FaultPlan plan = FaultPlan.seeded(1);
    plan.unreach();
    try (Database silent = EmbeddedDatabase.newBuilder().faultPlan(plan).build()) {
      IdempotentConsumer hasty =
          IdempotentConsumer.named("shipping", silent, LedgerServer.RECORDS)
              .withTimeLimit(Duration.ofMillis(1));

      FDBException failure =
          assertThrows(FDBException.class, () -> hasty.process(ID, CONTENT, this::ship));

      assertEquals(1031, failure.getCode());
    }
  }

  /** As while the option is introduced: both find nothing, and one of them commits. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void consumersWithAndWithoutOpaqueIds_atOnce_processItOnce(boolean opaqueFirst) {
    IdempotentConsumer first = opaqueFirst ? consumer.withOpaqueIds() : consumer;
    IdempotentConsumer second = opaqueFirst ? consumer : consumer.withOpaqueIds();
    faults.onNextCommit(
        commit ->
            () -> {
              assertFalse(second.process(ID, CONTENT, this::ship).replayed());
              return commit.commit();
            });

    assertTrue(first.process(ID, CONTENT, this::ship).replayed());

    assertEquals(2, executions.get());
    assertEquals(1, shipped());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sameIdForOtherContent_isRefusedByAConsumerThatTakesIdsOtherwise(boolean opaqueFirst) {
    IdempotentConsumer first = opaqueFirst ? consumer.withOpaqueIds() : consumer;
    IdempotentConsumer second = opaqueFirst ? consumer : consumer.withOpaqueIds();
    first.process(ID, CONTENT, this::ship);

    MessageRefusedException refusal =
        assertThrows(
            MessageRefusedException.class,
            () -> second.process(ID, ByteString.copyFromUtf8("ship order 18"), this::ship));

    assertEquals(ErrorReason.REQUEST_ID_REUSED, refusal.reason());
    assertEquals(1, shipped());
  }

  /** A function may swallow what it was told. */
  @Test
  void callsThatHaveChanged_areARefusal_evenIfTheFunctionReturns() {
    MessageRefusedException changed =
        assertThrows(
            MessageRefusedException.class,
            () ->
                consumer.process(
                    ID,
                    CONTENT,
                    transaction -> {
                      GuardedExecution.current().breakOff("demo.Payments/Charge");
                      return ship(transaction);
                    }));

    assertEquals(ErrorReason.CALLS_CHANGED, changed.reason());
    assertEquals(0, shipped());
  }

  /** Of its own calls we say that they have changed; what others say is theirs. */
  @Test
  void callsThatHaveChanged_areARefusal_andWhatACalleeSays_isNot() {
    MessageRefusedException changed =
        assertThrows(
            MessageRefusedException.class,
            () ->
                consumer.process(
                    ID,
                    CONTENT,
                    transaction -> {
                      GuardedExecution.current().breakOff("demo.Payments/Charge");
                      GuardedExecution.current().requireUnbroken();
                      return ship(transaction);
                    }));
    assertEquals(ErrorReason.CALLS_CHANGED, changed.reason());

    StatusRuntimeException callees = ErrorReason.CALLS_CHANGED.refusal("of another operation");
    assertSame(
        callees,
        assertThrows(
            StatusRuntimeException.class,
            () ->
                consumer.process(
                    ID,
                    CONTENT,
                    transaction -> {
                      throw callees;
                    })));
    assertFalse(consumer.process(ID, CONTENT, this::ship).replayed());
  }

  /** Nothing would limit a message to which FoundationDB were told 0 milliseconds. */
  @Test
  void timeLimitsThatMakeNoSense_areRefused() {
    Duration day = Duration.ofDays(1);
    for (Duration limit :
        List.of(Duration.ofMillis(1).minusNanos(1), Duration.ofMillis(-1), day.plusNanos(1))) {
      assertThrows(IllegalArgumentException.class, () -> consumer.withTimeLimit(limit));
    }

    assertNotNull(consumer.withTimeLimit(Duration.ofMillis(1)));
    assertFalse(consumer.withTimeLimit(day).process(ID, CONTENT, this::ship).replayed());
  }

  private IdempotentConsumer consumer(String name) {
    return IdempotentConsumer.named(name, faults.database(), LedgerServer.RECORDS);
  }

  private ByteString ship(Transaction transaction) {
    executions.incrementAndGet();
    byte[] count = transaction.get(SHIPPED).join();
    int next = count == null ? 1 : ByteBuffer.wrap(count).getInt() + 1;
    transaction.set(SHIPPED, ByteBuffer.allocate(4).putInt(next).array());
    return ByteString.copyFromUtf8("number " + next);
  }

  private int shipped() {
    byte[] count = store.run(tr -> tr.get(SHIPPED).join());
    return count == null ? 0 : ByteBuffer.wrap(count).getInt();
  }

  private void assertRefused(ErrorReason reason, ByteString content) {
    MessageRefusedException refusal =
        assertThrows(
            MessageRefusedException.class, () -> consumer.process(ID, content, this::ship));
    assertEquals(reason, refusal.reason());
  }
}
