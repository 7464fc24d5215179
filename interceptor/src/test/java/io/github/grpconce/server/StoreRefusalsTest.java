package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.AttemptPolicy;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no further attempt cures: nobody is asked to make one, and operators are told in one line,
 * however often it is met.
 */
@Timeout(60)
@StoreTest
class StoreRefusalsTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);
  private static final byte[] SYSTEM_KEY = {(byte) 0xFF, 1};
  private static final byte[] KEY = {1};

  @AutoClose private final LedgerServer server = new LedgerServer();
  @AutoClose private final StepsServers steps = new StepsServers();
  @AutoClose private final LogCapture log = LogCapture.start();

  /** What the store itself refuses, at a read or at the commit. */
  static Stream<Named<Consumer<Transaction>>> misuse() {
    return Stream.of(
        Named.of("value too large", tr -> tr.set(KEY, new byte[100_001])),
        Named.of("key too large", tr -> tr.set(new byte[10_001], KEY)),
        Named.of("key of the system's", tr -> tr.set(SYSTEM_KEY, KEY)),
        Named.of("read of the system's", tr -> tr.getRange(KEY, SYSTEM_KEY).asList().join()),
        Named.of(
            "transaction too large",
            tr -> {
              tr.options().setSizeLimit(1_000);
              tr.set(KEY, new byte[2_000]);
            }));
  }

  @ParameterizedTest
  @MethodSource("misuse")
  void misuse_isNotTriedAgain(Consumer<Transaction> mistake) {
    server.ledger.always(
        (request, observer) -> {
          mistake.accept(IdempotentCall.current().transaction());
          server.ledger.addAndAnswer(request, observer);
        });
    Channel channel = server.start();

    assertPermanent(ErrorReason.STORE_MISUSED, () -> stub(channel, ID).add(REQUEST));
    assertPermanent(ErrorReason.STORE_MISUSED, () -> stub(channel).addWithoutId(REQUEST));
    assertEquals(List.of(), server.contents());
    assertEquals(0, server.faults.openTransactions());
  }

  @ParameterizedTest
  @MethodSource("misuse")
  void misuseInAStep_isNotTriedAgain_andLeavesTheOthers(Consumer<Transaction> mistake) {
    StepsServers.Node node = steps.start();
    steps.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          call.step("wrong", mistake);
          return Transfers.give(request, call);
        });

    assertPermanent(ErrorReason.STORE_MISUSED, () -> node.transfer(ID, REQUEST));

    assertEquals(5, steps.taken());
    assertTrue(steps.lease(ID).getReleased());
    assertEquals(5, node.transfer(ID, REQUEST).getAmount());
    steps.assertTransferredOnceAndAtRest();
  }

  /** Of the client library's codes below 2000: watches and versionstamped keys used wrongly. */
  @ParameterizedTest
  @ValueSource(ints = {1034, 1036, 2101, 2108})
  void misuseByItsNumber(int code) {
    Channel channel = server.start();
    server.faults.dropNextCommit(code).dropNextCommit(code);

    assertPermanent(ErrorReason.STORE_MISUSED, () -> stub(channel, ID).add(REQUEST));
    assertPermanent(ErrorReason.STORE_MISUSED, () -> stub(channel).addWithoutId(REQUEST));
  }

  /** As handlers do that catch everything. */
  @Test
  void misuseThatTheHandlerAnswersWith_isThatAllTheSame() {
    server.ledger.always((request, observer) -> observer.onError(FaultyDatabase.error(2103)));
    Channel channel = server.start();

    assertPermanent(ErrorReason.STORE_MISUSED, () -> stub(channel, ID).add(REQUEST));
  }

  /** It knows whose fault it is. */
  @Test
  void misuseThatTheHandlerTakesForItsCallersFault_isFinal() {
    Status tooLong = Status.INVALID_ARGUMENT.withDescription("the name is too long");
    Status answer = tooLong.withCause(FaultyDatabase.error(2103));
    server.ledger.always((request, observer) -> observer.onError(answer.asRuntimeException()));
    Channel channel = server.start();
    steps.transfers.next(
        (request, call) -> {
          throw answer.asRuntimeException();
        });
    StepsServers.Node node = steps.start();

    for (int i = 0; i < 2; i++) {
      assertEquals(tooLong.getDescription(), said(() -> stub(channel, ID).add(REQUEST)));
      assertEquals(tooLong.getDescription(), said(() -> node.transfer(ID, REQUEST)));
    }
    assertEquals(1, server.ledger.executions());
    assertEquals(1, steps.transfers.executions());
  }

  /** What the store couldn't do for the moment is nobody's fault, whoever says so. */
  @Test
  void failureOfTheStore_isNeverFinal() {
    Status answer = Status.NOT_FOUND.withCause(FaultyDatabase.error(1510));
    server.ledger.next((request, observer) -> observer.onError(answer.asRuntimeException()));
    Channel channel = server.start();
    steps.transfers.next(
        (request, call) -> {
          throw answer.asRuntimeException();
        });
    StepsServers.Node node = steps.start();

    assertReason(ErrorReason.STORE_UNAVAILABLE, () -> stub(channel, ID).add(REQUEST));
    assertReason(ErrorReason.STORE_UNAVAILABLE, () -> node.transfer(ID, REQUEST));
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
    assertEquals(5, node.transfer(ID, REQUEST).getAmount());
  }

  /** What is stored of a call, or of all, and of which version. */
  @SuppressWarnings("ImmutableEnumChecker") // Nobody writes into the values.
  private enum Damage {
    RECORD_DAMAGED('o', new byte[] {-1}),
    RECORD_EMPTY('o', new byte[0]),
    FORMAT_NEWER('f', ByteBuffer.allocate(4).putInt(2).array()),
    FORMAT_DAMAGED('f', new byte[] {1}),
    HORIZON_DAMAGED('h', new byte[] {1});

    private final char kind;
    private final byte[] value;

    Damage(char kind, byte[] value) {
      this.kind = kind;
      this.value = value;
    }

    void in(Database store) {
      byte[] prefix = RECORDS.getKey();
      byte[] key = ByteBuffer.allocate(prefix.length + 1).put(prefix).put((byte) kind).array();
      store.run(
          tr -> {
            if (kind == 'o') {
              tr.getRange(Range.startsWith(key))
                  .asList()
                  .join()
                  .forEach(entry -> tr.set(entry.getKey(), value));
            } else {
              tr.set(key, value);
            }
            return null;
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeUnderstood_isNeitherExecutedNorTriedAgain(Damage damage) {
    assertEquals(5, stub(server.start(), "opaque").add(REQUEST).getAmount());
    assertEquals(5, steps.start().transfer("opaque", REQUEST).getAmount());
    damage.in(server.store);
    damage.in(steps.store);
    List<String> before = server.contents();
    Channel channel = server.start();
    StepsServers.Node node = steps.start();

    for (int i = 0; i < 3; i++) {
      assertPermanent(ErrorReason.RECORD_UNREADABLE, () -> stub(channel, "opaque").add(REQUEST));
      assertPermanent(ErrorReason.RECORD_UNREADABLE, () -> node.transfer("opaque", REQUEST));
    }

    assertEquals(before, server.contents());
    assertEquals(1, server.ledger.executions());
    assertEquals(1, steps.transfers.executions());
    assertEquals(2, told("can't be understood").size(), log.seen()::toString);
  }

  @Test
  void stepThatCannotBeUnderstood_isNeitherDoneAgainNorTriedAgain() {
    StepsServers.Node node = steps.start();
    steps.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          throw Status.UNAVAILABLE.asRuntimeException();
        });
    assertEquals("null", said(() -> node.transfer("opaque", REQUEST)));
    damageSteps();

    assertPermanent(ErrorReason.RECORD_UNREADABLE, () -> node.transfer("opaque", REQUEST));

    assertEquals(5, steps.taken());
    assertEquals(0, steps.given());
    assertTrue(steps.lease("opaque").getReleased());
  }

  private void damageSteps() {
    steps.store.run(
        tr -> {
          int head = RECORDS.getKey().length + 1 + 16;
          tr.getRange(RECORDS.range()).asList().join().stream()
              .filter(entry -> entry.getKey().length > head && entry.getKey()[head] == 's')
              .forEach(entry -> tr.set(entry.getKey(), new byte[] {-1}));
          return null;
        });
  }

  @Test
  void operators_areToldOncePerMethodAndReason() {
    server.ledger.always((request, observer) -> observer.onError(FaultyDatabase.error(2103)));
    Channel channel = server.start();
    for (int i = 0; i < 5; i++) {
      String id = RequestId.random().value();
      assertReason(ErrorReason.STORE_MISUSED, () -> stub(channel, id).add(REQUEST));
      assertFalse(log.seen().toString().contains(id));
    }
    server.ledger.always((request, observer) -> observer.onError(FaultyDatabase.error(1510)));
    assertReason(ErrorReason.STORE_UNAVAILABLE, () -> stub(channel, ID).add(REQUEST));

    assertEquals(
        1, told("grpconce.test.v1.LedgerService/Add has failed: the store refuses").size());
    assertEquals(
        1, told("grpconce.test.v1.LedgerService/Add has failed: the store could not").size());
    assertFalse(log.seen().toString().contains("alice"));
  }

  private List<String> told(String what) {
    return log.seen().stream().filter(line -> line.contains(what)).toList();
  }

  private void assertPermanent(ErrorReason reason, Executable call) {
    StatusRuntimeException refusal = assertReason(reason, call);
    assertFalse(AttemptPolicy.LOST_ANSWER.contains(refusal.getStatus().getCode()));
    assertFalse(refusal.getTrailers().containsKey(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS));
    String description = refusal.getStatus().getDescription();
    String what = description.substring(description.indexOf(": "));
    assertFalse(told(what).isEmpty(), () -> what + " is not in " + log.seen());
  }

  private static StatusRuntimeException assertReason(ErrorReason reason, Executable call) {
    StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, call);
    assertEquals(Optional.of(reason), ErrorReason.of(refusal), refusal::getMessage);
    assertEquals(reason.code(), refusal.getStatus().getCode());
    return refusal;
  }

  private static String said(Executable call) {
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, call);
    return String.valueOf(failure.getStatus().getDescription());
  }
}
