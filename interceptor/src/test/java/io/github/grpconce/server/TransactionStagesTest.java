package io.github.grpconce.server;

import static io.github.grpconce.server.HandlerByHand.CANCELLED;
import static io.github.grpconce.server.HandlerByHand.COMPLETE;
import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Calls whose effect is one transaction, and what is left of them; stage by stage, in one thread.
 */
@StoreTest
class TransactionStagesTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);
  private static final int BYTES_OF_A_REQUEST =
      REQUEST.getSerializedSize() + CallMemory.BYTES_OF_A_MESSAGE;

  private final VirtualTime time = new VirtualTime();
  private final Database store =
      TestStore.openPrompt(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final FaultyDatabase faults = new FaultyDatabase(store);
  private final ManualScheduler scheduler = new ManualScheduler(time::runReady);
  private final Ledger ledger = new Ledger();
  private final List<HandlerByHand> handlers = new ArrayList<>();
  private final CompletableFuture<Void> held = new FutureByHand<>(time::runReady);
  private final IdempotencyServerInterceptor guard = guard(options -> options);

  private IdempotencyServerInterceptor guard(UnaryOperator<ServerInterceptorBuilder> options) {
    return options
        .apply(
            IdempotencyServerInterceptor.newBuilder(faults.database(), RECORDS)
                .scheduler(scheduler.service())
                .ticker(time::nanoTime)
                .executor(Runnable::run))
        .build();
  }

  @BeforeEach
  void keepHandlersWaiting() {
    ledger.always(
        (request, observer) -> {
          ledger.addTo(request);
          handlers.add(new HandlerByHand(observer, time::runReady));
        });
  }

  @AfterEach
  void close() {
    assertEquals(0, faults.openTransactions());
    store.close();
  }

  private OpenCall<AddRequest, Balance> arrive() {
    return arrive(guard, LedgerServiceGrpc.getAddMethod(), headers(ID));
  }

  private OpenCall<AddRequest, Balance> arrive(
      IdempotencyServerInterceptor at,
      MethodDescriptor<AddRequest, Balance> method,
      Metadata headers) {
    return OpenCall.open(at, ledger.bindService(), method, headers)
        .thenEach(time::runReady)
        .send(REQUEST)
        .halfClose();
  }

  private OpenCall<AddRequest, Balance> arrive(long seconds) {
    Deadline deadline = Deadline.after(seconds, TimeUnit.SECONDS, scheduler.ticker());
    Context own = Context.current().withDeadline(deadline, new ManualScheduler().service());
    Context previous = own.attach();
    try {
      return arrive();
    } finally {
      own.detach(previous);
    }
  }

  private void assertNothingIsKept() {
    assertEquals(0, guard.bufferedBytes());
    assertEquals(0, guard.operations());
    assertEquals(0, scheduler.waiting());
    assertEquals(0, faults.openTransactions());
  }

  @Test
  void handlerThatRanOutOfTime_isToldThatItIsCancelled_whenOthersHaveMore() {
    arrive(1);
    OpenCall<AddRequest, Balance> patient = arrive(10);

    scheduler.advance(Duration.ofSeconds(2));
    handlers.get(0).fail(Status.DEADLINE_EXCEEDED);

    assertEquals(List.of(CANCELLED), handlers.get(0).told());
    handlers.get(1).answer(5);
    assertEquals(List.of(COMPLETE), handlers.get(1).told());
    assertEquals(Status.Code.OK, patient.code());
  }

  @Test
  void handlerWhoseCommitFailsWhenAllHaveLeft_isToldThatItIsCancelled() {
    faults.onNextCommit(
        commit ->
            () ->
                held.thenCompose(go -> CompletableFuture.failedFuture(FaultyDatabase.error(1020))));
    OpenCall<AddRequest, Balance> call = arrive();
    handlers.get(0).answer(5);

    call.end();
    held.complete(null);

    assertEquals(List.of(CANCELLED), handlers.get(0).told());
    assertEquals(1, handlers.size());
    assertNothingIsKept();
  }

  @Test
  void clientThatLeavesBetweenTwoExecutions_leavesNoTransaction() {
    faults.dropNextCommit(1020).backOffUntil(held);
    OpenCall<AddRequest, Balance> call = arrive();
    handlers.get(0).answer(5);
    time.advance(Duration.ofSeconds(1));

    call.end();
    held.complete(null);

    assertEquals(1, handlers.size());
    assertNothingIsKept();
  }

  @Test
  void callThatWaitsTooLong_endsItsExecution_andIsToldHowLongIsTooLong() {
    OpenCall<AddRequest, Balance> call = arrive();

    scheduler.advance(Duration.ofMinutes(1));

    assertEquals(Status.Code.DEADLINE_EXCEEDED, call.code());
    String told = Status.fromThrowable(call.failure()).getDescription();
    assertTrue(told.contains("no deadline") && told.contains("PT1M"), told);
    assertEquals(List.of(CANCELLED), handlers.get(0).told());
    assertNothingIsKept();
  }

  /** Whether the last commit was sent, nobody can tell. */
  @OnEngineOnly("timeouts in virtual time")
  @Test
  void handlerThatOutlivesTheStoresTimeout_isTooOld() {
    OpenCall<AddRequest, Balance> call = arrive(100);

    for (int i = 0; i < 3; i++) {
      time.advance(Duration.ofSeconds(11));
      handlers.get(i).answer(5);
    }

    assertEquals(Optional.of(ErrorReason.TRANSACTION_TOO_OLD), ErrorReason.of(call.failure()));
    String told = Status.fromThrowable(call.failure()).getDescription();
    assertTrue(told.contains("the handler took PT11S at the last"), told);
    assertTrue(told.contains("isn't known"), told);
    assertEquals(3, handlers.size());
    assertNothingIsKept();
  }

  @OnEngineOnly("timeouts in virtual time")
  @Test
  void storeThatTakesTheTimeItself_isUnavailable() {
    OpenCall<AddRequest, Balance> call = arrive(100);

    for (int i = 0; i < 3; i++) {
      faults.onNextCommit(
          commit ->
              () -> {
                time.advance(Duration.ofSeconds(7));
                return commit.commit();
              });
      time.advance(Duration.ofSeconds(4));
      handlers.get(i).answer(5);
    }

    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(call.failure()));
    assertEquals(3, handlers.size());
    assertNothingIsKept();
  }

  /** Before API version 610, a transaction has no timeout any more once it has met an error. */
  @OnEngineOnly("timeouts in virtual time")
  @Test
  void storesTimeout_holdsAfterAnErrorToo_whateverTheApisVersion() {
    faults.forgetTimeouts();
    faults.dropNextCommit(1020);
    OpenCall<AddRequest, Balance> call = arrive(100);
    handlers.get(0).answer(5);
    time.advance(Duration.ofSeconds(1));

    time.advance(Duration.ofSeconds(11));

    assertEquals(1031, codeOfARead(handlers.get(1)));
    handlers.get(1).answer(5);
    handlers.get(2).answer(5);
    assertEquals(Status.Code.OK, call.code());
  }

  /** What it conflicted for is not the store's time: each try has the whole of that. */
  @OnEngineOnly("timeouts in virtual time")
  @Test
  void storesTimeout_beginsAnewWithEachTry() {
    OpenCall<AddRequest, Balance> call = arrive(100);
    for (int i = 0; i < 6; i++) {
      faults.dropNextCommit(1020);
      time.advance(Duration.ofSeconds(3));
      handlers.get(i).answer(5);
      time.advance(Duration.ofSeconds(1));
    }

    handlers.get(6).answer(5);

    assertEquals(Status.Code.OK, call.code());
    assertEquals(7, handlers.size());
  }

  private int codeOfARead(HandlerByHand handler) {
    CompletableFuture<byte[]> read = handler.call().transaction().get(new byte[] {1});
    CompletionException failure = assertThrows(CompletionException.class, read::join);
    return ((FDBException) failure.getCause()).getCode();
  }

  @Test
  void callsUnderWay_areCountedWithTheirRequests() {
    OpenCall<AddRequest, Balance> call = arrive();

    assertEquals(CallMemory.BYTES_OF_A_CALL + BYTES_OF_A_REQUEST, guard.bufferedBytes());

    handlers.get(0).answer(5);
    call.end();
    assertNothingIsKept();
  }

  @Test
  void callsThatTakeExactlyWhatIsAllowed_areServed_andTheNextIsAskedToComeAgain() {
    IdempotencyServerInterceptor exact =
        guard(options -> options.maxBufferedBytes(CallMemory.BYTES_OF_A_CALL + BYTES_OF_A_REQUEST));
    MethodDescriptor<AddRequest, Balance> method = LedgerServiceGrpc.getAddMethod();

    OpenCall<AddRequest, Balance> call = arrive(exact, method, headers(ID));
    OpenCall<AddRequest, Balance> next = arrive(exact, method, headers("other"));

    assertEquals(Optional.of(ErrorReason.OVERLOADED), ErrorReason.of(next.failure()));
    handlers.get(0).answer(5);
    assertEquals(Status.Code.OK, call.code());
  }

  @Test
  void callWithoutARequestId_leavesNothingBehind() {
    OpenCall<AddRequest, Balance> call =
        arrive(guard, LedgerServiceGrpc.getAddWithoutIdMethod(), headers());
    assertFalse(handlers.get(0).call().hasRequestId());

    handlers.get(0).answer(5);
    call.end();

    assertEquals(Status.Code.OK, call.code());
    assertNothingIsKept();
  }

  @Test
  void callWithARequestId_saysSo() {
    arrive();

    assertTrue(handlers.get(0).call().hasRequestId());
    handlers.get(0).answer(5);
  }

  @Test
  void finalFailureWithoutADescription_isReplayedWithoutOne() {
    OpenCall<AddRequest, Balance> first = arrive();
    handlers.get(0).fail(Status.NOT_FOUND);
    OpenCall<AddRequest, Balance> second = arrive();

    assertNull(Status.fromThrowable(first.failure()).getDescription());
    assertTrue(second.isReplayed());
    assertEquals(Status.Code.NOT_FOUND, second.code());
    assertNull(Status.fromThrowable(second.failure()).getDescription());
  }
}
