package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RecordResolver;
import io.github.grpconce.operator.Resolution;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Limits that an application has set for all transactions of its database, or a handler for its
 * own: what the library's transactions may take is the library's to say.
 */
@Timeout(60)
@StoreTest
class DatabaseLimitsTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final LedgerServer server = new LedgerServer();
  @AutoClose private final StepsByHand steps = new StepsByHand();

  @BeforeEach
  void allowNoRetries() {
    server.store.options().setTransactionRetryLimit(0);
    steps.store.options().setTransactionRetryLimit(0);
  }

  @Test
  void callThatConflicts_isExecutedAgain() {
    server.faults.dropNextCommit(1020).dropNextCommit(1021).dropNextCommit(1020);

    assertEquals(5, stub(server.start(), ID).add(REQUEST).getAmount());
    assertEquals(4, server.ledger.executions());
  }

  @Test
  void handlersOwnLimit_isNotTheGuards() {
    server.faults.dropNextCommit(1020).dropNextCommit(1020);
    server.ledger.always(
        (request, observer) -> {
          IdempotentCall.current().transaction().options().setRetryLimit(0);
          server.ledger.addAndAnswer(request, observer);
        });

    assertEquals(5, stub(server.start(), ID).add(REQUEST).getAmount());
    assertEquals(3, server.ledger.executions());
  }

  @Test
  void messageThatConflicts_isProcessedAgain() {
    server.faults.dropNextCommit(1020).dropNextCommit(1020);

    assertFalse(
        IdempotentConsumer.named("shipping", server.faults.database(), RECORDS)
            .process(RequestId.of(ID), ByteString.EMPTY, tr -> ByteString.EMPTY)
            .replayed());
  }

  @Test
  void stepThatConflicts_isDoneAgain_andItsOutcomeRecorded() {
    OpenCall<AddRequest, Balance> call = steps.start().arrive(ID);
    steps.faults.dropNextCommit(1020).dropNextCommit(1020);
    steps.time.join(steps.handler().step("take"));
    steps.faults.dropNextCommit(1020).dropNextCommit(1020);

    steps.handler().answer(5);
    steps.time.advance(Duration.ofSeconds(1));

    assertEquals(Status.Code.OK, call.code());
    assertEquals(1, steps.done("take"));
  }

  @Test
  void operatorsWishThatConflicts_isFulfilled() {
    OpenCall<AddRequest, Balance> call = steps.start().arrive(ID);
    steps.handler().step("take").join();
    steps.handler().fail(Status.UNAVAILABLE);
    assertEquals(Status.Code.UNAVAILABLE, call.code());
    var seen =
        steps
            .time
            .join(RecordInspector.of(steps.store, RECORDS).executionsInProgress(1))
            .get(0)
            .seen();
    steps.faults.dropNextCommit(1020).dropNextCommit(1020);

    assertEquals(
        Resolution.FAILED,
        steps.time.join(
            RecordResolver.of(steps.faults.database(), RECORDS)
                .fail(seen, Status.Code.DATA_LOSS.value(), "lost", "nobody knows")));
  }
}
