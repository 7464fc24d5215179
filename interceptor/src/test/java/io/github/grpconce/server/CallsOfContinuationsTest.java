package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.test.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import io.github.grpconce.test.v1.LedgerServiceGrpc.LedgerServiceFutureStub;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A payment that is made in a continuation takes effect once, however often it is asked for. */
@StoreTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CallsOfContinuationsTest {

  private static final AddRequest ORDER = add("ordered", 5);
  private static final AddRequest PAY = add("paid", 10);
  private static final int CONFLICT = 1020;
  private static final int CONFLICTS = 3;

  private final Ids ids = new Ids();
  private final LedgerServer callee = new LedgerServer();
  private final LedgerServiceFutureStub payments =
      LedgerServiceGrpc.newFutureStub(
              callee.start(
                  LedgerServer.Transport.IN_PROCESS, options -> options, builder -> builder, ids))
          .withInterceptors(IdempotencyClientInterceptor.create());
  private final LedgerServer caller = new LedgerServer();
  private final StepsServers steps = new StepsServers();

  @AfterEach
  void close() {
    steps.close();
    caller.close();
    callee.close();
  }

  private CompletableFuture<Balance> pay() {
    return toFuture(payments.add(PAY));
  }

  private void payThenAnswer(AddRequest request, StreamObserver<Balance> observer) {
    var unused =
        IdempotentCall.current()
            .transaction()
            .get(new byte[] {1})
            .thenCompose(any -> pay())
            .thenAccept(paid -> caller.ledger.addAsync(request, observer));
  }

  private void assertPaidOnce(int requests) {
    assertEquals(10, callee.balance("paid"));
    assertEquals(1, callee.ledger.executions());
    assertEquals(requests, ids.all.size());
    assertEquals(1, Set.copyOf(ids.all).size(), "the calls of all executions have one ID");
  }

  private static LedgerServiceBlockingStub inTime(LedgerServiceBlockingStub stub) {
    return stub.withDeadlineAfter(1, TimeUnit.MINUTES);
  }

  @Test
  void transactionMode_withConflicts_paysOnce() {
    caller.ledger.always(this::payThenAnswer);
    for (int conflict = 0; conflict < CONFLICTS; conflict++) {
      caller.faults.dropNextCommit(CONFLICT);
    }

    Balance answer =
        inTime(LedgerServer.stub(caller.start(), RequestId.random().value())).add(ORDER);

    assertEquals(5, answer.getAmount());
    assertEquals(1 + CONFLICTS, caller.ledger.executions());
    assertPaidOnce(1 + CONFLICTS);
  }

  /** Its callees' IDs are good for one attempt: nobody can know the next one. */
  @Test
  void callWithoutRequestId_withConflicts_paysOnceForEachAttempt() {
    caller.ledger.always(this::payThenAnswer);
    for (int conflict = 0; conflict < CONFLICTS; conflict++) {
      caller.faults.dropNextCommit(CONFLICT);
    }
    var stub = inTime(LedgerServer.stub(caller.start()));

    Balance first = stub.addWithoutId(ORDER);

    assertEquals(5, first.getAmount());
    assertPaidOnce(1 + CONFLICTS);
    Balance second = stub.addWithoutId(ORDER);
    assertEquals(10, second.getAmount());
    assertEquals(20, callee.balance("paid"));
  }

  @Test
  void withinAStep_withConflicts_paysOnce() {
    steps.transfers.next(
        (request, call) ->
            call.stepAsync(
                    "pay",
                    Balance.parser(),
                    transaction -> transaction.get(new byte[] {1}).thenCompose(any -> pay()))
                .join());
    for (int conflict = 0; conflict < CONFLICTS; conflict++) {
      steps.faults.dropNextCommit(CONFLICT);
    }

    Balance answer = steps.start().transfer(RequestId.random().value(), ORDER);

    assertEquals(10, answer.getAmount());
    assertPaidOnce(1 + CONFLICTS);
  }

  @Test
  void betweenSteps_afterAFailure_paysOnce() {
    for (int execution = 0; execution < 2; execution++) {
      boolean fails = execution == 0;
      steps.transfers.next(
          (request, call) ->
              call.stepAsync("create", Balance.parser(), CallsOfContinuationsTest::created)
                  .thenCompose(order -> pay())
                  .thenCompose(
                      paid -> {
                        if (fails) {
                          throw Status.UNAVAILABLE.asRuntimeException();
                        }
                        return call.finishAsync("confirm", CallsOfContinuationsTest::created);
                      })
                  .join());
    }
    StepsServers.Node node = steps.start();
    String id = RequestId.random().value();
    assertThrows(StatusRuntimeException.class, () -> node.transfer(id, ORDER));

    Balance unused = node.transfer(id, ORDER);

    assertPaidOnce(2);
  }

  private static CompletableFuture<Balance> created(Object transaction) {
    return CompletableFuture.completedFuture(Balance.getDefaultInstance());
  }

  private static <T> CompletableFuture<T> toFuture(ListenableFuture<T> call) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Futures.addCallback(
        call,
        new FutureCallback<T>() {
          @Override
          public void onSuccess(T answer) {
            future.complete(answer);
          }

          @Override
          public void onFailure(Throwable failure) {
            future.completeExceptionally(failure);
          }
        },
        MoreExecutors.directExecutor());
    return future;
  }

  /** The request IDs that arrive. */
  private static final class Ids implements ServerInterceptor {

    final Queue<String> all = new ConcurrentLinkedQueue<>();

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      all.add(headers.get(IdempotencyHeaders.REQUEST_ID));
      return next.startCall(call, headers);
    }
  }
}
