package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.headers;
import static io.github.grpconce.server.StepsByHand.REQUEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What steps, the last one above all, give back to their handlers. */
@StoreTest
class StepsResultsTest {

  private static final String ID = RequestId.random().value();
  private static final Balance ANSWER = Balance.newBuilder().setAmount(5).build();

  @AutoClose private final StepsByHand steps = new StepsByHand();

  private HandlerByHand begun(StepsByHand.Node server) {
    server.arrive(ID);
    return steps.handler();
  }

  @Test
  void finish_returnsTheAnswer() {
    Balance answer = begun(steps.start()).call().finish("give", transaction -> ANSWER);

    assertEquals(ANSWER, answer);
  }

  @Test
  void finishAsync_returnsTheAnswer() {
    CompletableFuture<Balance> answer =
        begun(steps.start())
            .call()
            .finishAsync("give", transaction -> CompletableFuture.completedFuture(ANSWER));

    assertEquals(ANSWER, answer.join());
  }

  @Test
  void finishWithWhatTheMethodDoesNotAnswer_commitsNothing() {
    HandlerByHand handler = begun(steps.start());

    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> handler.call().finish("give", transaction -> REQUEST));

    assertTrue(refusal.getMessage().contains("AddRequest"), refusal.getMessage());
    assertEquals(List.of(), Ledger.contents(steps.store));
  }

  @Test
  void finish_isLimitedToTheSizeOfAResponse() {
    Balance large = Balance.newBuilder().setPadding(ByteString.copyFrom(new byte[500])).build();
    int size = large.getSerializedSize();
    IdempotentCall tooSmall =
        begun(steps.start(options -> options.maxResponseBytes(size - 1))).call();

    StatusRuntimeException refusal =
        assertThrows(
            StatusRuntimeException.class, () -> tooSmall.finish("give", transaction -> large));

    assertEquals(Optional.of(ErrorReason.RESPONSE_TOO_LARGE), ErrorReason.of(refusal));
    assertEquals(List.of(), Ledger.contents(steps.store));
    IdempotentCall largeEnough =
        begun(steps.start(options -> options.maxResponseBytes(size))).call();
    assertEquals(large, largeEnough.finish("give", transaction -> large));
  }

  /** As handlers are written that leave what goes wrong to gRPC. */
  @Test
  void finishWithTooLargeAResponse_isWhatTheClientIsTold_unlessTheHandlerCatchesIt() {
    Balance large = Balance.newBuilder().setPadding(ByteString.copyFrom(new byte[500])).build();
    MethodDescriptor<AddRequest, Balance> addMethod = LedgerServiceGrpc.getAddMethod();
    Ledger ledger = new Ledger();
    ledger.next(
        (request, observer) ->
            observer.onNext(IdempotentCall.current().finish("give", transaction -> large)));
    IdempotencyServerInterceptor guard =
        IdempotencyServerInterceptor.newBuilder(steps.faults.database(), LedgerServer.RECORDS)
            .scheduler(new ManualScheduler().service())
            .executor(Runnable::run)
            .maxResponseBytes(100)
            .guard(addMethod, Guard.steps())
            .build();

    OpenCall<AddRequest, Balance> call =
        OpenCall.open(guard, ledger.bindService(), addMethod, headers(ID))
            .send(REQUEST)
            .halfClose();

    assertEquals(Optional.of(ErrorReason.RESPONSE_TOO_LARGE), ErrorReason.of(call.failure()));
    assertEquals(List.of(), Ledger.contents(steps.store));
  }

  @Test
  void finishOfAMethodWithAStreamOfResponses_isRefused() {
    MethodDescriptor<AddRequest, Balance> addEach = LedgerServiceGrpc.getAddEachMethod();
    List<HandlerByHand> handlers = new ArrayList<>();
    Ledger ledger = new Ledger();
    ledger.next((request, observer) -> handlers.add(new HandlerByHand(observer)));
    IdempotencyServerInterceptor guard =
        IdempotencyServerInterceptor.newBuilder(steps.faults.database(), LedgerServer.RECORDS)
            .scheduler(new ManualScheduler().service())
            .executor(Runnable::run)
            .guard(addEach, Guard.steps())
            .build();
    OpenCall<AddRequest, Balance> call =
        OpenCall.open(guard, ledger.bindService(), addEach, headers(ID)).send(REQUEST).halfClose();
    IdempotentCall inSteps = handlers.get(0).call();

    assertThrows(IllegalStateException.class, () -> inSteps.finish("give", transaction -> ANSWER));
    assertThrows(
        IllegalStateException.class,
        () ->
            inSteps.finishAsync("give", transaction -> CompletableFuture.completedFuture(ANSWER)));

    handlers.get(0).answer(5);
    assertEquals(Status.Code.OK, call.code());
    assertFalse(call.isReplayed());
  }

  @Test
  void errorInAStep_isThrownAsItIs() {
    HandlerByHand handler = begun(steps.start());
    Error error = new AssertionError("a mistake");

    Error thrown =
        assertThrows(
            Error.class,
            () ->
                handler
                    .call()
                    .step(
                        "take",
                        transaction -> {
                          throw error;
                        }));

    assertSame(error, thrown);
  }
}
