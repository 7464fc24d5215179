package io.github.grpconce.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.server.IdempotentConsumer.Processed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotentConsumerTest {

  private static final RequestId ID = RequestId.random();
  private static final ByteString CONTENT = ByteString.copyFromUtf8("ship order 17");
  private static final byte[] SHIPPED = "shipped".getBytes(UTF_8);

  private final Database store = EmbeddedDatabase.inMemory();
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
