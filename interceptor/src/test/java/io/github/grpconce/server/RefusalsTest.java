package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Every refusal: its status, its reason for programs, and that nothing was written. */
@StoreTest
class RefusalsTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final LedgerServer server = new LedgerServer();

  @Test
  void missingRequestId() {
    Channel channel = server.start();

    assertRefused(ErrorReason.REQUEST_ID_MISSING, () -> stub(channel).add(REQUEST));
  }

  @Test
  void emptyRequestId() {
    assertInvalid(headers(""));
  }

  @Test
  void overlongRequestId() {
    assertInvalid(headers("x".repeat(RequestId.MAX_LENGTH + 1)));
  }

  @Test
  void severalRequestIds() {
    assertInvalid(headers("one", "two"));
    assertInvalid(headers("one", "one"));
  }

  @Test
  void requestIdThatIsNotAscii() {
    Metadata.Key<byte[]> raw = InternalMetadata.keyOf("idempotency-key", new RawMarshaller());
    Metadata headers = new Metadata();
    headers.put(raw, "grün".getBytes(StandardCharsets.UTF_8));

    assertInvalid(headers);
  }

  @Test
  void requestIdWithAnEmbeddedControlCharacter() {
    assertInvalid(headers("a\u0001b"));
  }

  @Test
  void requestIdsOfHeadersAndRequestThatDiffer() {
    Channel channel = server.start();
    AddRequest request = REQUEST.toBuilder().setRequestId("other").build();

    assertRefused(ErrorReason.REQUEST_ID_INVALID, () -> stub(channel, "one").add(request));
  }

  @Test
  void invalidRequestIdInTheRequest() {
    Channel channel = server.start();
    AddRequest request = REQUEST.toBuilder().setRequestId("grün").build();

    assertRefused(ErrorReason.REQUEST_ID_INVALID, () -> stub(channel).add(request));
  }

  @Test
  void requestIdFromTheFuture() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    Duration skew = Duration.ofMinutes(10);
    Channel channel =
        server.start(options -> options.clock(InstantSource.fixed(now)).allowedSkew(skew));

    assertRefused(
        ErrorReason.REQUEST_ID_INVALID,
        () -> stub(channel, idAt(now.plus(skew).plusMillis(1))).add(REQUEST));
    assertEquals(5, stub(channel, idAt(now.plus(skew))).add(REQUEST).getAmount());
  }

  @Test
  void requestIdReusedForSomethingElse_namesTheFieldAndNoValue() {
    Channel channel = server.start();
    stub(channel, ID).add(REQUEST);
    List<String> before = server.contents();

    StatusRuntimeException refusal =
        assertThrows(
            StatusRuntimeException.class, () -> stub(channel, ID).add(add("alice", 777_777)));

    assertReason(ErrorReason.REQUEST_ID_REUSED, refusal);
    assertEquals(Map.of("field", "amount"), info(refusal).getMetadataMap());
    assertTrue(!refusal.getMessage().contains("777"), refusal.getMessage());
    assertEquals(before, server.contents());
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void requestIdAtTheHorizon_isReplayedWhileItsRecordIsThere_andRefusedWithoutOne() {
    Channel channel = server.start();
    Instant time = Instant.parse("2025-01-01T00:00:00Z");
    stub(channel, idAt(time)).add(REQUEST);
    setHorizon(time);
    // The server above has the old horizon in its cache; another one has none.
    Channel other = server.start();

    assertEquals(5, stub(other, idAt(time)).add(REQUEST).getAmount());
    assertEquals(1, server.ledger.executions());
    assertRefused(
        ErrorReason.REQUEST_ID_EXPIRED, () -> stub(other, idAt(time.minusSeconds(1))).add(REQUEST));
    assertEquals(10, stub(other, idAt(time.plusMillis(1))).add(REQUEST).getAmount());
  }

  @Test
  void executionInProgressAtTheHorizon_isFinished() {
    Instant time = Instant.parse("2025-01-01T00:00:00Z");
    try (StepsByHand steps = new StepsByHand()) {
      OpenCall<AddRequest, Balance> unused = steps.start().arrive(idAt(time));
      steps.handler().step("take").join();
      steps.handler().fail(Status.UNAVAILABLE);
      setHorizon(steps.store, time);

      OpenCall<AddRequest, Balance> next = steps.start().arrive(idAt(time));
      steps.handler().step("take").join();
      steps.handler().answer(5);

      assertEquals(Status.Code.OK, next.code());
      assertEquals(1, steps.done("take"));
    }
  }

  @Test
  void opaqueRequestId_hasNoHorizon() {
    setHorizon(Instant.now());

    assertEquals(5, stub(server.start(), "opaque").add(REQUEST).getAmount());
  }

  @Test
  void requestTooLarge() {
    Channel channel = server.start(options -> options.maxRequestBytes(100));

    assertRefused(
        ErrorReason.REQUEST_TOO_LARGE, () -> stub(channel, ID).add(add("x".repeat(100), 5)));
    assertEquals(0, server.ledger.executions());
    assertEquals(5, stub(channel, ID).add(add("x".repeat(90), 5)).getAmount());
  }

  @Test
  void responseTooLarge_commitsNothing() {
    Channel channel = server.start(options -> options.maxResponseBytes(1000));
    server.ledger.next(
        (request, observer) -> {
          Balance balance = server.ledger.addTo(request);
          observer.onNext(
              balance.toBuilder().setPadding(ByteString.copyFrom(new byte[1000])).build());
          observer.onCompleted();
        });

    StatusRuntimeException refusal =
        assertRefused(ErrorReason.RESPONSE_TOO_LARGE, () -> stub(channel, ID).add(REQUEST));

    // Another execution, or a step of this one, may have committed.
    assertFalse(refusal.getMessage().contains("committed"), refusal::getMessage);
  }

  @Test
  void trailersTooLarge_commitNothing() {
    Channel channel = server.start(options -> options.maxResponseBytes(1000));
    server.ledger.next(
        (request, observer) ->
            observer.onError(
                Status.NOT_FOUND.withDescription("x".repeat(1000)).asRuntimeException()));

    assertRefused(ErrorReason.RESPONSE_TOO_LARGE, () -> stub(channel, ID).add(REQUEST));
  }

  @Test
  void transactionTooOldOnEveryTry() {
    server.faults.dropNextCommit(1007).dropNextCommit(1007).dropNextCommit(1007);
    Channel channel = server.start();

    assertRefused(ErrorReason.TRANSACTION_TOO_OLD, () -> stub(channel, ID).add(REQUEST));
    assertEquals(3, server.ledger.executions());
  }

  @Test
  void transactionTooOldOnEveryTry_whoseCommitMayHaveLanded_isNotSaidToHaveDoneNothing() {
    server.faults.dropNextCommit(1007).dropNextCommit(1007).landNextCommit(1031);
    Channel channel = server.start();

    assertReason(
        ErrorReason.STORE_UNAVAILABLE,
        assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST)));
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
    assertEquals(5, server.balance("alice"));
  }

  /** As a store with a timeout of ten seconds does it: it can't say whose time that was. */
  @Test
  void handlerThatOutlivesTheStoresTimeout_isTooSlow() {
    server.faults.dropNextCommit(1031).dropNextCommit(1031).dropNextCommit(1031);
    Channel channel = slowly(Duration.ofSeconds(12));

    StatusRuntimeException refusal =
        assertRefused(ErrorReason.TRANSACTION_TOO_OLD, () -> stub(channel, ID).add(REQUEST));

    assertFalse(refusal.getMessage().contains("nothing was committed"), refusal::getMessage);
  }

  @Test
  void storeThatTakesTheTimeItself_isUnavailable() {
    server.faults.dropNextCommit(1031).dropNextCommit(1031).dropNextCommit(1031);
    Channel channel = slowly(Duration.ofSeconds(4));

    assertRefused(ErrorReason.STORE_UNAVAILABLE, () -> stub(channel, ID).add(REQUEST));
  }

  @Test
  void transactionTooOldAfterAnUnknownCommit_doesNotSayThatNothingWasCommitted() {
    server.faults.dropNextCommit(1031).dropNextCommit(1007).dropNextCommit(1007);
    Channel channel = slowly(Duration.ofSeconds(6));

    StatusRuntimeException refusal =
        assertRefused(ErrorReason.TRANSACTION_TOO_OLD, () -> stub(channel, ID).add(REQUEST));

    assertFalse(refusal.getMessage().contains("nothing was committed"), refusal::getMessage);
  }

  @Test
  void transactionTooOldOnEveryTry_saysThatNothingWasCommitted() {
    server.faults.dropNextCommit(1007).dropNextCommit(1007).dropNextCommit(1007);
    Channel channel = slowly(Duration.ofSeconds(6));

    StatusRuntimeException refusal =
        assertRefused(ErrorReason.TRANSACTION_TOO_OLD, () -> stub(channel, ID).add(REQUEST));

    assertTrue(refusal.getMessage().contains("nothing was committed"), refusal::getMessage);
  }

  /** A server by whose clock each execution takes so long. */
  private Channel slowly(Duration each) {
    AtomicLong nanos = new AtomicLong();
    server.ledger.always(
        (request, observer) -> {
          nanos.addAndGet(each.toNanos());
          server.ledger.addAndAnswer(request, observer);
        });
    return server.start(options -> options.ticker(nanos::get));
  }

  @Test
  void storeUnreachable_isNeverExecuted() {
    server.faults.becomeUnreachable();
    Channel channel = server.start();

    StatusRuntimeException refusal =
        assertRefused(ErrorReason.STORE_UNAVAILABLE, () -> stub(channel, ID).add(REQUEST));

    assertEquals("500", refusal.getTrailers().get(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS));
    assertEquals(0, server.ledger.executions());
    server.faults.becomeReachable();
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
  }

  @Test
  void storeThatFailsTheCommitForGood_commitsNothing() {
    server.faults.dropNextCommit(1510);
    Channel channel = server.start();

    assertRefused(ErrorReason.STORE_UNAVAILABLE, () -> stub(channel, ID).add(REQUEST));
  }

  /** Clients try again what is UNAVAILABLE, and nobody could tell that it is again. */
  @Test
  void commitWithoutARequestIdThatFailsInAnUncertainWay_isNotSaidToBeUnavailable() {
    server.faults.dropNextCommit(1510);
    Channel channel = server.start();

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(channel).addWithoutId(REQUEST));

    assertEquals(Status.Code.UNKNOWN, failure.getStatus().getCode());
  }

  @Test
  void storeThatDoesNotLetTheTransactionGoOn_commitsNothing() {
    server.faults.dropNextCommit(1020);
    server.faults.backOffUntil(CompletableFuture.failedFuture(FaultyDatabase.error(1031)));
    Channel channel = server.start();

    assertRefused(ErrorReason.STORE_UNAVAILABLE, () -> stub(channel, ID).add(REQUEST));
    Wait.until(() -> server.faults.openTransactions() == 0);
  }

  /** There is no record to keep it in; the handler's writes are dropped all the same. */
  @Test
  void finalFailureOfACallWithoutAnId_isToldAndCommitsNothing() {
    server.ledger.next(
        (request, observer) -> {
          Balance unused = server.ledger.addTo(request);
          observer.onError(Status.NOT_FOUND.withDescription("no account").asRuntimeException());
        });
    Channel channel = server.start();

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(channel).addWithoutId(REQUEST));

    assertEquals(Status.Code.NOT_FOUND, failure.getStatus().getCode());
    assertEquals("no account", failure.getStatus().getDescription());
    assertEquals(List.of(), server.contents());
    assertEquals(0, server.faults.commits());
  }

  @Test
  void databaseThatCannotBeUsed() {
    Channel channel = server.start();
    server.faults.failToCreate(FaultyDatabase.error(1109));

    assertRefused(ErrorReason.STORE_UNAVAILABLE, () -> stub(channel, ID).add(REQUEST));
  }

  @Test
  void recordOfANewerFormat_isNeverTakenForAbsent() {
    Channel channel = server.start();
    stub(channel, "opaque").add(REQUEST);
    server.store.run(
        tr -> {
          tr.getRange(RECORDS.range()).asList().join().stream()
              .filter(entry -> entry.getKey()[RECORDS.getKey().length] == 'o')
              .forEach(entry -> tr.set(entry.getKey(), newerFormat(entry.getValue())));
          return null;
        });
    List<String> before = server.contents();

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, "opaque").add(REQUEST));

    assertReason(ErrorReason.RECORD_UNREADABLE, refusal);
    assertTrue(refusal.getMessage().contains("format 2"), refusal.getMessage());
    assertEquals(before, server.contents());
  }

  @Test
  void subspaceOfANewerFormat() {
    server.store.run(
        tr -> {
          tr.set(key('f'), ByteBuffer.allocate(4).putInt(2).array());
          return null;
        });
    List<String> before = server.contents();
    Channel channel = server.start();

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST));

    assertReason(ErrorReason.RECORD_UNREADABLE, refusal);
    assertEquals(before, server.contents());
  }

  private static byte[] newerFormat(byte[] value) {
    try {
      return io.github.grpconce.v1.Record.parseFrom(value).toBuilder()
          .setFormat(2)
          .build()
          .toByteArray();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private void setHorizon(Instant horizon) {
    setHorizon(server.store, horizon);
  }

  private static void setHorizon(Database store, Instant horizon) {
    store.run(
        tr -> {
          tr.set(key('h'), ByteBuffer.allocate(8).putLong(horizon.toEpochMilli()).array());
          return null;
        });
  }

  private static byte[] key(char kind) {
    byte[] prefix = RECORDS.getKey();
    return ByteBuffer.allocate(prefix.length + 1).put(prefix).put((byte) kind).array();
  }

  private static String idAt(Instant time) {
    return RequestId.random(InstantSource.fixed(time), () -> new UUID(1, 2)).value();
  }

  private void assertInvalid(Metadata headers) {
    Channel channel = server.start();

    assertRefused(ErrorReason.REQUEST_ID_INVALID, () -> stub(channel, headers).add(REQUEST));
    assertEquals(0, server.ledger.executions());
  }

  private StatusRuntimeException assertRefused(ErrorReason reason, Executable call) {
    List<String> before = server.contents();
    StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, call);
    assertReason(reason, refusal);
    assertEquals(before, server.contents());
    assertEquals(0, server.faults.openTransactions());
    return refusal;
  }

  private static void assertReason(ErrorReason reason, StatusRuntimeException refusal) {
    assertEquals(Optional.of(reason), ErrorReason.of(refusal), refusal::getMessage);
    assertEquals(reason.code(), refusal.getStatus().getCode());
    assertEquals(ErrorReason.DOMAIN, info(refusal).getDomain());
  }

  private static ErrorInfo info(StatusRuntimeException refusal) {
    try {
      return StatusProto.fromThrowable(refusal).getDetails(0).unpack(ErrorInfo.class);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
