package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static io.github.grpconce.server.StepsByHand.LEASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.FDBException;
import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RecordResolver;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A database that is closed while the server still has calls, as in a shutdown in the wrong order:
 * they may come again, to another server. FoundationDB begins no transaction then, and lets those
 * that are open go on.
 */
@Timeout(60)
@StoreTest
class ClosedDatabaseTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final LedgerServer server = new LedgerServer();
  @AutoClose private final StepsByHand steps = new StepsByHand();
  @AutoClose private final LogCapture log = LogCapture.start();

  @Test
  void callThatComes_isUnavailable() {
    Channel channel = server.start();
    server.store.close();

    assertUnavailable(() -> stub(channel, ID).add(REQUEST));
    assertUnavailable(() -> stub(channel).addWithoutId(REQUEST));
    assertEquals(0, server.ledger.executions());
    assertToldWithoutATrace();
  }

  @Test
  void callThatIsExecuted_isCommitted() {
    server.ledger.next(
        (request, observer) -> {
          server.store.close();
          server.ledger.addAndAnswer(request, observer);
        });

    assertEquals(5, stub(server.start(), ID).add(REQUEST).getAmount());
  }

  /** The transaction is over, and there is no other in which to look. */
  @ParameterizedTest
  @ValueSource(ints = {1007, 1031, 1039})
  void callWhoseCommitHasFailed_isUnavailable_andNothingIsSaidOfIt(int code) {
    server.faults.onNextCommit(
        commit ->
            () ->
                commit
                    .commit()
                    .thenCompose(
                        done -> {
                          server.store.close();
                          return CompletableFuture.failedFuture(FaultyDatabase.error(code));
                        }));

    assertUnavailable(() -> stub(server.start(), ID).add(REQUEST));
    assertEquals(0, server.faults.openTransactions());
  }

  /** Of a call without an ID nobody can find out. */
  @ParameterizedTest
  @ValueSource(ints = {1031, 1039})
  void callWithoutAnId_whoseCommitMayHaveLanded_isUnknown(int code) {
    server.faults.onNextCommit(
        commit ->
            () -> {
              server.store.close();
              return CompletableFuture.failedFuture(FaultyDatabase.error(code));
            });
    Channel channel = server.start();

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(channel).addWithoutId(REQUEST));

    assertEquals(Status.Code.UNKNOWN, failure.getStatus().getCode());
  }

  /** The same transaction goes on; but the embedded engine waits no longer to try again. */
  @Test
  void callWhoseCommitIsUnknown_isExecutedAgainIfThatCanBe() {
    server.faults.onNextCommit(
        commit ->
            () -> {
              server.store.close();
              return CompletableFuture.failedFuture(FaultyDatabase.error(1021));
            });
    Channel channel = server.start();

    if (TestStore.clusterFile().isPresent()) {
      assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
      assertEquals(2, server.ledger.executions());
    } else {
      StatusRuntimeException failure =
          assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST));
      assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
      assertEquals("the server is shutting down", failure.getStatus().getDescription());
    }
  }

  @Test
  void callInSteps_thatComes_isUnavailable() {
    StepsByHand.Node node = steps.start();
    steps.store.close();

    assertUnavailable(node.arrive(ID));
    assertTrue(steps.handlers().isEmpty());
    assertTrue(node.isIdle());
    assertToldWithoutATrace();
  }

  /** The step isn't begun, and its handler says so. */
  @Test
  void callBetweenSteps_isUnavailable() {
    StepsByHand.Node node = steps.start();
    OpenCall<AddRequest, Balance> call = node.arrive(ID);
    steps.handler().step("take").join();
    steps.store.close();

    CompletionException failure =
        assertThrows(CompletionException.class, () -> steps.handler().step("give").join());
    steps.handler().fail(Status.UNKNOWN.withCause(failure));

    assertUnavailable(call);
    call.end();
    assertTrue(node.isIdle());
  }

  @Test
  void callThatIsAnswered_isUnavailable_asItIsNotRecorded() {
    StepsByHand.Node node = steps.start();
    OpenCall<AddRequest, Balance> call = node.arrive(ID);
    steps.handler().step("take").join();
    steps.store.close();

    steps.handler().answer(5);

    assertUnavailable(call);
    call.end();
    assertTrue(node.isIdle());
  }

  @Test
  void stepThatIsUnderWay_isCommitted() {
    StepsByHand.Node node = steps.start();
    OpenCall<AddRequest, Balance> call = node.arrive(ID);
    CompletableFuture<Void> end = new CompletableFuture<>();
    CompletableFuture<Balance> step = steps.handler().step("take", end);
    steps.store.close();
    end.complete(null);

    assertEquals(Balance.getDefaultInstance(), step.join());
    steps.handler().answer(5);
    assertUnavailable(call);
  }

  /** Nothing tells it: on a cluster its watch never ends. */
  @Test
  void attemptThatWaitsForAnother_isUnavailable() {
    StepsByHand.Node node = steps.start();
    OpenCall<AddRequest, Balance> first = node.arrive(ID);
    steps.handler().step("take").join();
    StepsByHand.Node other = steps.start();
    OpenCall<AddRequest, Balance> second = other.arrive(ID);
    assertFalse(second.isAnswered());

    steps.store.close();
    other.scheduler.advance(Duration.ofSeconds(1));

    assertUnavailable(second);
    steps.handler().answer(5);
    assertUnavailable(first);
  }

  @Test
  void leasesAreRenewedNoMore() {
    StepsByHand.Node node = steps.start(ServerInterceptorBuilder::withoutRecovery);
    OpenCall<AddRequest, Balance> unused = node.arrive(ID);
    steps.handler().step("take").join();
    int before = node.scheduler.waiting();
    steps.store.close();

    node.scheduler.advance(LEASE);

    assertEquals(before - 1, node.scheduler.waiting());
    steps.handler().answer(5);
  }

  @Test
  void executionsAreLookedForNoMore() {
    StepsByHand.Node node = steps.start();
    assertEquals(1, node.scheduler.waiting());
    steps.store.close();

    node.scheduler.advance(LEASE);

    assertEquals(0, node.scheduler.waiting());
    assertEquals(List.of(), warnings());
  }

  @Test
  void messageIsForTheNextDelivery() {
    IdempotentConsumer consumer = IdempotentConsumer.named("shipping", server.store, RECORDS);
    server.store.close();

    FDBException failure =
        assertThrows(
            FDBException.class,
            () -> consumer.process(RequestId.of(ID), ByteString.EMPTY, tr -> ByteString.EMPTY));

    assertEquals(StoreError.CLOSED, failure.getCode());
  }

  @Test
  void operatorsWish_fails() {
    OpenCall<AddRequest, Balance> call = steps.start().arrive(ID);
    steps.handler().step("take").join();
    var seen =
        steps
            .time
            .join(RecordInspector.of(steps.store, RECORDS).executionsInProgress(1))
            .get(0)
            .seen();
    RecordResolver resolver = RecordResolver.of(steps.store, RECORDS);
    steps.store.close();

    CompletionException failure =
        assertThrows(
            CompletionException.class, () -> resolver.resumeNow(seen, "we are back").join());

    assertEquals(StoreError.CLOSED, StoreError.causing(failure).orElseThrow().code());
    steps.handler().answer(5);
    assertUnavailable(call);
  }

  private void assertToldWithoutATrace() {
    List<String> warnings = warnings();
    assertFalse(warnings.isEmpty());
    warnings.forEach(
        line -> {
          assertTrue(line.contains("its database is closed"), line);
          assertFalse(line.contains("\tat "), line);
        });
  }

  private List<String> warnings() {
    return log.seen().stream().filter(line -> !line.contains("neither guarded nor safe")).toList();
  }

  private static void assertUnavailable(Executable call) {
    assertUnavailable(assertThrows(StatusRuntimeException.class, call));
  }

  private static void assertUnavailable(OpenCall<?, ?> call) {
    assertUnavailable(call.failure());
  }

  /** It may have taken effect, so nobody says that it didn't. */
  private static void assertUnavailable(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    assertEquals(Status.Code.UNAVAILABLE, status.getCode(), status::toString);
    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(failure));
    assertEquals(
        "the server is shutting down, and its database is closed", status.getDescription());
  }
}
