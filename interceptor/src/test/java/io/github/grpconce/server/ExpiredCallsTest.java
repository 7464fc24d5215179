package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.operator.ExecutionInProgress;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RecordResolver;
import io.github.grpconce.operator.Resolution;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operations in progress whose callee has forgotten what became of their call. No execution gets
 * further than that, so servers leave them alone at once, and somebody who can find out ends them.
 */
@Timeout(60)
@StoreTest
class ExpiredCallsTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final LedgerServer callee = new LedgerServer();
  @AutoClose private final StepsServers steps = new StepsServers();
  @AutoClose private final LogCapture log = LogCapture.start();
  private final LedgerServiceBlockingStub payments =
      LedgerServer.stub(callee.start()).withInterceptors(IdempotencyClientInterceptor.create());
  private final StepsServers.Node node = steps.start();

  static Stream<Named<Function<StatusRuntimeException, RuntimeException>>> waysToFail() {
    return Stream.of(
        Named.of("as it is", e -> e),
        Named.of("wrapped", IllegalStateException::new),
        Named.of(
            "with words of its own",
            e -> Status.UNAVAILABLE.withDescription("no payments").asRuntimeException()));
  }

  private void forget() {
    byte[] prefix = RECORDS.getKey();
    byte[] key = ByteBuffer.allocate(prefix.length + 1).put(prefix).put((byte) 'h').array();
    long millis = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
    callee.store.run(
        tr -> {
          tr.set(key, ByteBuffer.allocate(Long.BYTES).putLong(millis).array());
          return null;
        });
  }

  private void failByExpiredCall(Function<StatusRuntimeException, RuntimeException> way) {
    forget();
    steps.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          StatusRuntimeException refusal =
              assertThrows(StatusRuntimeException.class, () -> payments.add(REQUEST));
          assertEquals(Optional.of(ErrorReason.REQUEST_ID_EXPIRED), ErrorReason.of(refusal));
          throw way.apply(refusal);
        });
    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> node.transfer(ID, REQUEST));
    assertEquals(Optional.empty(), ErrorReason.of(failure));
  }

  private ExecutionInProgress listed() {
    List<ExecutionInProgress> all =
        RecordInspector.of(steps.store, RECORDS).executionsInProgress(10).join();
    assertEquals(1, all.size());
    return all.get(0);
  }

  @ParameterizedTest
  @MethodSource("waysToFail")
  void isStalledAtOnce_toldOnce_andShown(Function<StatusRuntimeException, RuntimeException> way) {
    failByExpiredCall(way);

    assertEquals(ExecutionInProgress.State.STALLED, listed().state());
    assertEquals(1, node.guard().stalledExecutions());
    List<String> told =
        log.seen().stream().filter(line -> line.contains("REQUEST_ID_EXPIRED, so")).toList();
    assertEquals(1, told.size(), log.seen()::toString);
    assertFalse(told.get(0).contains(ID));
  }

  /** Whoever comes back may know better; as may the handler's next version. */
  @Test
  void attemptThatComesBack_goesOnAllTheSame() {
    failByExpiredCall(e -> e);

    assertEquals(5, node.transfer(ID, REQUEST).getAmount());
    steps.assertTransferredOnce();
    assertEquals(1, node.guard().stalledExecutions());
  }

  @Test
  void attemptThatFailsAgain_isNotCountedAgain() {
    failByExpiredCall(e -> e);
    failByExpiredCall(e -> e);

    assertEquals(ExecutionInProgress.State.STALLED, listed().state());
    assertEquals(1, node.guard().stalledExecutions());
  }

  @Test
  void operatorEndsIt_andAllAreTold() {
    failByExpiredCall(e -> e);
    RecordResolver resolver = RecordResolver.of(steps.store, RECORDS);

    assertEquals(
        Resolution.FAILED,
        resolver
            .fail(
                listed().seen(),
                Status.Code.DATA_LOSS.value(),
                "the order is closed, and its charge was cancelled by hand",
                "the payment's record had expired")
            .join());

    StatusRuntimeException told =
        assertThrows(StatusRuntimeException.class, () -> node.transfer(ID, REQUEST));
    assertEquals(Status.Code.DATA_LOSS, told.getStatus().getCode());
    assertEquals(0, steps.inProgress());
    assertEquals(1, steps.transfers.executions());
  }

  /** A store that fails is no reason to give up, whatever a callee has said before. */
  @Test
  void executionThatTheStoreFailed_isNotStalled() {
    forget();
    steps.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          assertThrows(StatusRuntimeException.class, () -> payments.add(REQUEST));
          throw Status.UNKNOWN.withCause(FaultyDatabase.error(1510)).asRuntimeException();
        });

    assertThrows(StatusRuntimeException.class, () -> node.transfer(ID, REQUEST));

    assertEquals(ExecutionInProgress.State.WAITING, listed().state());
    assertTrue(listed().failures() > 0);
  }

  /** Of other refusals somebody may come to another one. */
  @Test
  void executionWhoseCallIsRefusedOtherwise_isResumed() {
    LedgerServiceBlockingStub refusing =
        LedgerServer.stub(callee.start(options -> options.maxRequestBytes(1)))
            .withInterceptors(IdempotencyClientInterceptor.create());
    steps.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          StatusRuntimeException refusal =
              assertThrows(StatusRuntimeException.class, () -> refusing.add(REQUEST));
          assertTrue(ErrorReason.of(refusal).isPresent(), refusal::getMessage);
          throw refusal;
        });

    assertThrows(StatusRuntimeException.class, () -> node.transfer(ID, REQUEST));

    assertEquals(ExecutionInProgress.State.WAITING, listed().state());
  }
}
