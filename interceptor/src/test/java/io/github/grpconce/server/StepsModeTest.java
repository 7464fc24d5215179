package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of one call in steps and its later attempts, one after the other. */
@StoreTest
class StepsModeTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final StepsServers servers = new StepsServers();
  private final StepsServers.Node server = servers.start();

  /** An opaque ID is claimed before its handler is executed. */
  @ParameterizedTest
  @CsvSource({"opaque, 4", "018f2c5e-0000-7000-8000-000000000000, 3"})
  void retryAfterCompletion_replaysTheRecordedAnswer(String id, int commits) {
    Balance first = server.transfer(id, REQUEST);
    Balance second = server.transfer(id, REQUEST);

    assertEquals(5, first.getAmount());
    assertEquals(first, second);
    assertEquals(1, servers.transfers.executions());
    assertEquals(commits, servers.faults.commits());
    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void retryableFailure_keepsTheSteps_andTheNextAttemptGoesOnAtOnce() {
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          throw Status.UNAVAILABLE.asRuntimeException();
        });

    assertFails(Status.Code.UNAVAILABLE);
    assertEquals(5, servers.taken());
    assertEquals(1, servers.inProgress());

    assertEquals(5, servers.start().transfer(ID, REQUEST).getAmount());
    assertEquals(2, servers.transfers.executions());
    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void finalFailure_isRecorded_andItsStepsStay() {
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          throw Status.FAILED_PRECONDITION.withDescription("no").asRuntimeException();
        });

    assertFails(Status.Code.FAILED_PRECONDITION);
    assertFails(Status.Code.FAILED_PRECONDITION);

    assertEquals(5, servers.taken());
    assertEquals(0, servers.given());
    assertEquals(0, servers.inProgress());
    assertEquals(1, servers.transfers.executions());
  }

  @Test
  void handlerWithoutSteps_isRecordedAllTheSame() {
    servers.transfers.next((request, call) -> Balance.newBuilder().setAmount(7).build());

    assertEquals(7, server.transfer(ID, REQUEST).getAmount());
    assertEquals(7, server.transfer(ID, REQUEST).getAmount());
    assertEquals(1, servers.transfers.executions());
  }

  @Test
  void otherContent_isRefused() {
    server.transfer(ID, REQUEST);

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, add("alice", 6)));

    assertEquals(Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode());
    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void finish_commitsTheAnswerWithTheLastStep() {
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          return call.finish("give", transaction -> Transfers.given(transaction, request));
        });

    Balance first = server.transfer(ID, REQUEST);

    assertEquals(2, servers.faults.commits());
    assertEquals(first, server.transfer(ID, REQUEST));
    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void finishAsync_commitsTheAnswerWithTheLastStep() {
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          CompletableFuture<Balance> given =
              call.finishAsync(
                  "give",
                  transaction ->
                      CompletableFuture.completedFuture(Transfers.given(transaction, request)));
          return given.join();
        });

    Balance first = server.transfer(ID, REQUEST);

    assertEquals(2, servers.faults.commits());
    assertEquals(first, server.transfer(ID, REQUEST));
    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void failureAfterFinish_doesNotChangeTheAnswer() {
    servers.transfers.next(
        (request, call) -> {
          call.finish("give", transaction -> Transfers.given(transaction, request));
          throw Status.UNAVAILABLE.asRuntimeException();
        });

    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
  }

  @Test
  void asynchronousSteps_mayRunAtTheSameTime() {
    servers.transfers.next(
        (request, call) -> {
          CompletableFuture<Balance> taken = asynchronous(call, "taken", request);
          CompletableFuture<Balance> given = asynchronous(call, "given", request);
          return taken.thenCombine(given, (one, other) -> other).join();
        });

    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    servers.assertTransferredOnceAndAtRest();
  }

  private static CompletableFuture<Balance> asynchronous(
      IdempotentCall call, String what, AddRequest request) {
    return call.stepAsync(
        what,
        Balance.parser(),
        transaction -> {
          Transfers.add(transaction, what, request.getAmount());
          return CompletableFuture.completedFuture(
              Balance.newBuilder().setAmount(request.getAmount()).build());
        });
  }

  @Test
  void stepWhoseFunctionThrows_isNotDone_andTheHandlerMayGoOn() {
    servers.transfers.next(
        (request, call) -> {
          assertThrows(
              UnsupportedOperationException.class,
              () ->
                  call.step(
                      "broken",
                      transaction -> {
                        Transfers.add(transaction, "taken", 1_000);
                        throw new UnsupportedOperationException();
                      }));
          Transfers.take(request, call);
          return Transfers.give(request, call);
        });

    server.transfer(ID, REQUEST);

    servers.assertTransferredOnceAndAtRest();
  }

  @Test
  void misuse_isToldWithWhatToDoInstead() {
    List<RuntimeException> told = new ArrayList<>();
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          told.add(assertThrows(IllegalStateException.class, call::transaction));
          told.add(
              assertThrows(
                  IllegalArgumentException.class, () -> call.step("take", transaction -> {})));
          told.add(
              assertThrows(
                  IllegalStateException.class,
                  () ->
                      call.step(
                          "outer",
                          transaction -> IdempotentCall.current().step("inner", inner -> {}))));
          return Transfers.give(request, call);
        });

    server.transfer(ID, REQUEST);

    assertTrue(told.get(0).getMessage().contains("step("), told.get(0).getMessage());
    assertTrue(told.get(1).getMessage().contains("take"), told.get(1).getMessage());
    assertTrue(told.get(2).getMessage().contains("within"), told.get(2).getMessage());
  }

  @Test
  void callsOfAReexecutedHandler_haveTheSameIds() {
    List<RequestId> first = new ArrayList<>();
    List<RequestId> second = new ArrayList<>();
    AtomicReference<RequestId> withinTheSkippedStep = new AtomicReference<>();
    servers.transfers.next(
        (request, call) -> {
          call.step("take", transaction -> withinTheSkippedStep.set(child()));
          first.add(child());
          first.add(idOf(call.step("other", Balance.parser(), tr -> named(child()))));
          throw Status.UNAVAILABLE.asRuntimeException();
        });
    servers.transfers.next(
        (request, call) -> {
          call.step("take", transaction -> second.add(child()));
          second.add(child());
          second.add(idOf(call.step("other", Balance.parser(), tr -> named(child()))));
          return Balance.getDefaultInstance();
        });

    assertFails(Status.Code.UNAVAILABLE);
    server.transfer(ID, REQUEST);

    assertEquals(first, second);
    String method = StepsServiceGrpc.getTransferMethod().getFullMethodName();
    GuardedExecution execution = new GuardedExecution(RequestId.of(ID), "", method);
    assertEquals(execution.part("take").nextChild("test/Callee"), withinTheSkippedStep.get());
    assertEquals(execution.nextChild("test/Callee"), first.get(0));
  }

  private static Balance named(RequestId id) {
    return Balance.newBuilder().setAccount(id.value()).build();
  }

  private static RequestId idOf(Balance named) {
    return RequestId.of(named.getAccount());
  }

  private static RequestId child() {
    return GuardedExecution.current().nextChild("test/Callee");
  }

  private void assertFails(Status.Code code) {
    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, REQUEST));
    assertEquals(code, failure.getStatus().getCode());
  }
}
