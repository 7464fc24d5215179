package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits of calls in steps that fail, or whose result is unknown. */
@StoreTest
class StepsCommitsTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final StepsServers servers = new StepsServers();
  private final StepsServers.Node server = servers.start();

  /** The commits of a call are: the first step with the claim, the second step, the outcome. */
  @ParameterizedTest
  @CsvSource({
    "0,1021", "1,1021", "2,1021", "0,1031", "1,1031", "2,1031", "0,1039", "1,1039", "2,1039"
  })
  void commitOfUnknownResultThatLanded_isNotDoneAgain(int before, int code) {
    goodCommits(before);
    servers.faults.landNextCommit(code);

    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    assertEquals(1, servers.transfers.executions());
    servers.assertTransferredOnceAndAtRest();
  }

  @ParameterizedTest
  @CsvSource({
    "0,1020", "1,1020", "2,1020", "0,1021", "1,1021", "2,1021", "0,1039", "1,1039", "2,1039"
  })
  void commitThatWasDropped_isTriedAgain(int before, int code) {
    goodCommits(before);
    servers.faults.dropNextCommit(code);

    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    assertEquals(1, servers.transfers.executions());
    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void stepWhoseTransactionIsTooOldTwice_isDoneInTheEnd() {
    servers.faults.dropNextCommit(1007).dropNextCommit(1007);

    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    assertEquals(1, servers.transfers.executions());
    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void stepWhoseTransactionIsTooOldOnEveryTry_isTooSlow() {
    servers.faults.dropNextCommit(1007).dropNextCommit(1007).dropNextCommit(1007);

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, REQUEST));

    assertEquals(Optional.of(ErrorReason.TRANSACTION_TOO_OLD), ErrorReason.of(refusal));
    assertEquals(3, servers.faults.commits());
    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void outcomeThatTheStoreRefusesForGood_isNotAnswered() {
    goodCommits(2);
    servers.faults.dropNextCommit(1510);

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, REQUEST));

    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(refusal));
    assertEquals(5, servers.taken());
    assertEquals(1, servers.inProgress());
  }

  /** Others wait for its end then, but this attempt is told what the handler said. */
  @Test
  void leaseThatCannotBeGivenUp_doesNotChangeTheAnswer() {
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          throw Status.UNAVAILABLE.withDescription("try later").asRuntimeException();
        });
    goodCommits(1);
    servers.faults.dropNextCommit(1510);

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, REQUEST));

    assertEquals("UNAVAILABLE: try later", failure.getMessage());
    assertEquals(1, servers.inProgress());
  }

  /** After a failure the next commits are: the takeover, the second step, the outcome. */
  @ParameterizedTest
  @ValueSource(ints = {1021, 1031, 1039})
  void takeoverOfUnknownResultThatLanded_goesOn(int code) {
    failAfterTheFirstStep();
    servers.faults.landNextCommit(code);

    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    assertEquals(2, servers.transfers.executions());
    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void finishOfUnknownResultThatLanded_isReplayed() {
    goodCommits(1);
    servers.faults.landNextCommit(1021);
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          return call.finish("give", transaction -> Transfers.given(transaction, request));
        });

    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    assertEquals(1, servers.transfers.executions());
    servers.assertTransferredOnceAndAtRest();
  }

  /** What of the step is left behind would end the commit for the client, and not call it back. */
  @Test
  void stepWhoseTransactionIsUsedDuringItsCommit_isNotSaidToHaveFailed() {
    goodCommits(1);
    servers.faults.landNextCommit(2017);

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, REQUEST));

    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(refusal));
    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    assertEquals(2, servers.transfers.executions());
    servers.assertTransferredOnceAndAtRest();
  }

  private void goodCommits(int number) {
    for (int i = 0; i < number; i++) {
      servers.faults.onNextCommit(commit -> commit);
    }
  }

  private void failAfterTheFirstStep() {
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          throw Status.UNAVAILABLE.asRuntimeException();
        });
    assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, REQUEST));
  }
}
