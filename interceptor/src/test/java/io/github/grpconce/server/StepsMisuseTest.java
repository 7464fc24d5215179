package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What handlers do wrongly with their steps. After each mistake the next attempt is all right. */
@StoreTest
class StepsMisuseTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final StepsServers servers = new StepsServers();
  private final StepsServers.Node server = servers.start();

  private void assertTransferredOnce() {
    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    servers.assertTransferredOnce();
    Wait.until(() -> servers.faults.openTransactions() == 0);
  }

  @Test
  void stepWithinAnother_isRefused_howeverItIsReached() {
    List<RuntimeException> told = new ArrayList<>();
    servers.transfers.next(
        (request, call) -> {
          told.add(
              assertThrows(
                  IllegalStateException.class,
                  () -> call.step("outer", outer -> call.step("inner", inner -> {}))));
          Transfers.take(request, call);
          return Transfers.give(request, call);
        });

    assertTransferredOnce();
    assertTrue(told.get(0).getMessage().contains("within"), told.get(0).getMessage());
  }

  @Test
  void functionThatReturnsNothing_isToldSo() {
    List<RuntimeException> told = new ArrayList<>();
    servers.transfers.next(
        (request, call) -> {
          told.add(
              assertThrows(
                  NullPointerException.class,
                  () -> call.step("null", Balance.parser(), transaction -> null)));
          Transfers.take(request, call);
          return Transfers.give(request, call);
        });

    assertTransferredOnce();
    assertTrue(told.get(0).getMessage().contains("returned null"), told.get(0).getMessage());
  }

  @Test
  void stepWithoutALabel_isRefused() {
    List<RuntimeException> told = new ArrayList<>();
    servers.transfers.next(
        (request, call) -> {
          told.add(
              assertThrows(IllegalArgumentException.class, () -> call.step("", transaction -> {})));
          Transfers.take(request, call);
          return Transfers.give(request, call);
        });

    assertTransferredOnce();
    assertEquals("a step's label must not be empty", told.get(0).getMessage());
  }

  /** Answered OK, it would be said to have taken effect, and may not. */
  @Test
  void resultThatIsTooLargeToBeKept_isToldWithItsStep_andItsStepIsNotDone() {
    List<RuntimeException> told = new ArrayList<>();
    servers.transfers.next(
        (request, call) -> {
          told.add(
              assertThrows(
                  IllegalArgumentException.class,
                  () -> call.step("huge", Balance.parser(), tr -> taken(tr, (8 << 20) + 1))));
          Balance large = call.step("large", Balance.parser(), tr -> taken(tr, 8 << 20));
          return large.toBuilder().clearPadding().build();
        });

    server.transfer(ID, REQUEST);

    assertTrue(told.get(0).getMessage().contains("huge"), told.get(0).getMessage());
    assertEquals(1, servers.taken());
  }

  /** A result of so many bytes. */
  private static Balance taken(Transaction transaction, int bytes) {
    Transfers.add(transaction, "taken", 1);
    Balance.Builder result = Balance.newBuilder().setPadding(ByteString.copyFrom(new byte[bytes]));
    int more = result.build().getSerializedSize() - bytes;
    return result.setPadding(ByteString.copyFrom(new byte[bytes - more])).build();
  }

  @Test
  void answerWhileAStepIsUnderWay_isNotBelieved() {
    CompletableFuture<Balance> never = new CompletableFuture<>();
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          var unused =
              call.stepAsync(
                  "give",
                  Balance.parser(),
                  transaction -> {
                    Transfers.add(transaction, "given", 5);
                    return never;
                  });
          return Balance.newBuilder().setAmount(5).build();
        });

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, REQUEST));

    assertEquals(Status.Code.INTERNAL, failure.getStatus().getCode());
    never.complete(Balance.getDefaultInstance());
    assertTransferredOnce();
  }

  /** It is under way no more. */
  @Test
  void lastStepThatFails_letsOthersBeDone() {
    servers.transfers.next(
        (request, call) -> {
          assertThrows(
              ArithmeticException.class,
              () ->
                  call.finish(
                      "last",
                      transaction -> {
                        throw new ArithmeticException();
                      }));
          Transfers.take(request, call);
          return Transfers.give(request, call);
        });

    assertTransferredOnce();
    assertEquals(1, servers.transfers.executions());
  }

  @Test
  void transactionOfAStepThatIsOver_refusesEverything() {
    List<RuntimeException> told = new ArrayList<>();
    servers.transfers.next(
        (request, call) -> {
          List<Transaction> kept = new ArrayList<>();
          call.step("keep", kept::add);
          told.add(
              assertThrows(
                  IllegalStateException.class,
                  () -> kept.get(0).set(new byte[] {'x'}, new byte[0])));
          Transfers.take(request, call);
          return Transfers.give(request, call);
        });

    assertTransferredOnce();
    assertTrue(told.get(0).getMessage().contains("the step is over"), told.get(0).getMessage());
  }

  @Test
  void stepInAThreadWithoutTheCallsContext_isDoneAllTheSame() {
    servers.transfers.next(
        (request, call) -> {
          CompletableFuture.runAsync(() -> Transfers.take(request, call)).join();
          return Transfers.give(request, call);
        });

    assertTransferredOnce();
    assertEquals(1, servers.transfers.executions());
  }

  /** Were the wait given up, nobody would run the function, and the transaction stayed open. */
  @Test
  void handlerThatIsInterrupted_endsItsStep_andIsStillInterrupted() {
    List<Boolean> interrupted = new ArrayList<>();
    servers.transfers.next(
        (request, call) -> {
          Thread.currentThread().interrupt();
          Transfers.take(request, call);
          interrupted.add(Thread.interrupted());
          return Transfers.give(request, call);
        });

    assertTransferredOnce();
    assertEquals(List.of(true), interrupted);
  }
}
