package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What handlers do wrongly. After each mistake the next attempt must be all right. */
@StoreTest
class HandlerMistakesTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final LedgerServer server = new LedgerServer();

  @Test
  void throwsInHalfClose() {
    assertUnknown(
        (request, observer) -> {
          server.ledger.addTo(request);
          throw new IllegalStateException("secret");
        });
  }

  @Test
  void throwsAnError() {
    assertUnknown(
        (request, observer) -> {
          throw new AssertionError("secret");
        });
  }

  @Test
  void throwsAfterItHasAnswered() {
    assertUnknown(
        (request, observer) -> {
          server.ledger.addAndAnswer(request, observer);
          throw new IllegalStateException("secret");
        });
  }

  @Test
  void throwsInStartCall() {
    AtomicReference<RuntimeException> failure =
        new AtomicReference<>(new IllegalStateException("secret"));
    ServerInterceptor below =
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            RuntimeException now = failure.getAndSet(null);
            if (now != null) {
              throw now;
            }
            return next.startCall(call, headers);
          }
        };
    Channel channel = server.startBelow(below);

    assertFails(Status.Code.UNKNOWN, channel);
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
  }

  @Test
  void closesTheCallInStartCall() {
    ServerInterceptor below =
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            call.close(Status.PERMISSION_DENIED, new Metadata());
            return new ServerCall.Listener<>() {};
          }
        };

    assertFails(Status.Code.PERMISSION_DENIED, server.startBelow(below));
    assertEquals(0, server.ledger.executions());
  }

  @Test
  void answersTwice() {
    assertUnknown(
        (request, observer) -> {
          server.ledger.addAndAnswer(request, observer);
          observer.onCompleted();
        });
  }

  @Test
  void sendsTwoResponses() {
    assertMistake(
        Status.Code.INTERNAL,
        (request, observer) -> {
          Balance balance = server.ledger.addTo(request);
          observer.onNext(balance);
          observer.onNext(balance);
          observer.onCompleted();
        });
  }

  @Test
  void completesWithoutAResponse() {
    assertMistake(
        Status.Code.INTERNAL,
        (request, observer) -> {
          server.ledger.addTo(request);
          observer.onCompleted();
        });
  }

  @Test
  void sendsAResponseThatDoesNotSerialise() {
    Channel channel = server.startBelow(service -> BrokenMarshaller.in(service, "broken"));
    server.ledger.next(
        (request, observer) -> {
          Balance balance = server.ledger.addTo(request);
          observer.onNext(balance.toBuilder().setAccount("broken").build());
          observer.onCompleted();
        });

    assertFails(Status.Code.INTERNAL, channel);
    assertEquals(0, server.contents().size());
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
  }

  @Test
  void writesMoreThanTheStoreTakes_failsWithoutATrace() {
    assertMistake(
        Status.Code.RESOURCE_EXHAUSTED,
        (request, observer) -> {
          Balance balance = server.ledger.addTo(request);
          Transaction transaction = IdempotentCall.current().transaction();
          transaction.set(new byte[] {'x'}, new byte[100_001]);
          observer.onNext(balance);
          observer.onCompleted();
        });
  }

  @Test
  void neverAnswers_isAbandonedAtTheDeadline() throws Exception {
    LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<Context> contexts = new LinkedBlockingQueue<>();
    server.ledger.next(
        (request, observer) -> {
          ((ServerCallStreamObserver<Balance>) observer)
              .setOnCancelHandler(() -> events.add("cancelled"));
          server.ledger.addTo(request);
          contexts.add(Context.current());
        });
    Channel channel = server.start();

    StatusRuntimeException failure =
        assertThrows(
            StatusRuntimeException.class,
            () -> stub(channel, ID).withDeadlineAfter(1, SECONDS).add(REQUEST));

    assertEquals(Status.Code.DEADLINE_EXCEEDED, failure.getStatus().getCode());
    assertEquals("cancelled", events.poll(10, SECONDS));
    assertTrue(contexts.take().isCancelled());
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
    assertTrue(events.isEmpty(), "told once");
    Wait.until(() -> server.faults.openTransactions() == 0);
  }

  @Test
  void neverAnswersACallWithoutADeadline_isAbandonedAtTheServersLimit() {
    ManualScheduler scheduler = new ManualScheduler();
    server.ledger.next((request, observer) -> server.ledger.addTo(request));
    Channel channel =
        server.start(
            options -> options.scheduler(scheduler.service()).maxWait(Duration.ofSeconds(9)));
    ListenableFuture<Balance> call =
        LedgerServiceGrpc.newFutureStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(LedgerServer.headers(ID)))
            .add(REQUEST);
    // Its limit, and the reminder that it hasn't answered.
    Wait.until(() -> scheduler.waiting() == 2 && server.ledger.executions() == 1);

    scheduler.advance(Duration.ofSeconds(8));
    assertFalse(call.isDone());
    scheduler.advance(Duration.ofSeconds(1));

    ExecutionException failure = assertThrows(ExecutionException.class, call::get);
    assertEquals(Status.Code.DEADLINE_EXCEEDED, Status.fromThrowable(failure).getCode());
    Wait.until(() -> server.faults.openTransactions() == 0);
    assertEquals(0, scheduler.waiting());
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
  }

  @Test
  void mayNotEndItsTransaction() {
    List<Consumer<Transaction>> forbidden =
        List.of(
            Transaction::cancel,
            Transaction::close,
            transaction -> transaction.commit().join(),
            transaction -> transaction.onError(FaultyDatabase.error(1020)).join());
    LinkedBlockingQueue<String> complaints = new LinkedBlockingQueue<>();
    server.ledger.next(
        (request, observer) -> {
          Transaction transaction = IdempotentCall.current().transaction();
          for (Consumer<Transaction> each : forbidden) {
            complaints.add(
                assertThrows(IllegalStateException.class, () -> each.accept(transaction))
                    .getMessage());
          }
          server.ledger.addAndAnswer(request, observer);
        });

    assertEquals(5, stub(server.start(), ID).add(REQUEST).getAmount());
    assertEquals(4, complaints.size());
    complaints.forEach(complaint -> assertTrue(complaint.contains("must not"), complaint));
  }

  @Test
  void writesAfterItsAnswer_isRefusedByTheTransaction() throws Exception {
    LinkedBlockingQueue<Transaction> transactions = new LinkedBlockingQueue<>();
    server.ledger.next(
        (request, observer) -> {
          transactions.add(IdempotentCall.current().transaction());
          server.ledger.addAndAnswer(request, observer);
        });
    stub(server.start(), ID).add(REQUEST);

    Transaction transaction = transactions.take();
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class, () -> transaction.set(new byte[] {1}, new byte[0]));

    assertTrue(refusal.getMessage().contains("answered"));
  }

  /**
   * As by a read that it didn't wait for. On a cluster that ends the commit for the client, which
   * can't call it back.
   */
  @Test
  void usesItsTransactionDuringTheCommit_isNotSaidToHaveFailed() {
    server.faults.landNextCommit(2017);
    Channel channel = server.start();

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST));

    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(failure));
    assertTrue(failure.getMessage().contains("during the commit"), failure.getMessage());
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
    assertEquals(1, server.ledger.executions());
    assertEquals(5, server.balance("alice"));
  }

  @Test
  void usesItsTransactionDuringTheCommit_withoutARequestId_isUnknown() {
    server.faults.landNextCommit(2017);
    Channel channel = server.start();

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(channel).addWithoutId(REQUEST));

    assertEquals(Status.Code.UNKNOWN, failure.getStatus().getCode());
    assertEquals(5, server.balance("alice"));
  }

  /** What it has begun in its context, such as calls of others, ends with it all the same. */
  @Test
  void throwsWhenItIsToldTheEnd_losesItsContextAllTheSame() throws Exception {
    LinkedBlockingQueue<Context> contexts = new LinkedBlockingQueue<>();
    server.ledger.next(
        (request, observer) -> {
          contexts.add(Context.current());
          ((ServerCallStreamObserver<Balance>) observer)
              .setOnCloseHandler(
                  () -> {
                    throw new IllegalStateException("secret");
                  });
          server.ledger.addAndAnswer(request, observer);
        });

    assertEquals(5, stub(server.start(), ID).add(REQUEST).getAmount());

    Wait.until(contexts.take()::isCancelled);
  }

  private void assertUnknown(Ledger.Behaviour mistake) {
    assertMistake(Status.Code.UNKNOWN, mistake);
  }

  /** Nothing is written, nothing leaks to the client, and the next attempt executes. */
  private void assertMistake(Status.Code code, Ledger.Behaviour mistake) {
    server.ledger.next(mistake);
    Channel channel = server.start();

    assertFails(code, channel);
    assertEquals(0, server.contents().size());
    assertEquals(0, server.faults.openTransactions());
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
  }

  private static void assertFails(Status.Code code, Channel channel) {
    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST));
    assertEquals(code, failure.getStatus().getCode(), failure::getMessage);
    assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
  }
}
