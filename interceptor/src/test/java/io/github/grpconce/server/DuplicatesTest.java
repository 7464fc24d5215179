package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts of one operation at the same time, and attempts that go away. */
@StoreTest
class DuplicatesTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  private final LedgerServer server = new LedgerServer();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);

  @AfterEach
  void close() {
    mayGoOn.countDown();
    server.close();
  }

  @Test
  void concurrentAttemptsOnOneServer_joinOneExecution() throws Exception {
    Channel channel = server.start();
    server.ledger.next(this::addWhenAllowed);
    List<ListenableFuture<Balance>> attempts = new ArrayList<>();
    attempts.add(call(channel, REQUEST));
    started.await();
    for (int i = 0; i < 20; i++) {
      attempts.add(call(channel, REQUEST));
    }
    Wait.until(() -> server.entries.entered() == 21);
    mayGoOn.countDown();

    for (ListenableFuture<Balance> attempt : attempts) {
      assertEquals(5, attempt.get().getAmount());
    }
    assertEquals(1, server.ledger.executions());
    assertEquals(1, server.faults.commits());
  }

  @Test
  void concurrentAttemptsOnTwoServers_areDecidedByTheStore() throws Exception {
    server.ledger.next(this::addWhenAllowed);
    ListenableFuture<Balance> slow = call(server.start(), REQUEST);
    started.await();

    Balance fast = call(server.start(), REQUEST).get();
    mayGoOn.countDown();

    assertEquals(fast, slow.get());
    assertEquals(5, server.balance("alice"));
    assertEquals(2, server.ledger.executions());
  }

  @Test
  void hedgeThatLosesOnAnotherServer_isCancelledWithoutATrace() throws Exception {
    server.ledger.next(this::addWhenAllowed);
    Channel losing = server.start();
    ListenableFuture<Balance> loser = call(losing, REQUEST);
    started.await();
    Balance winner = call(server.start(), REQUEST).get();

    // As gRPC does with a hedge when another one was answered.
    assertTrue(loser.cancel(true));
    Wait.until(() -> server.entries.left() == 1);
    mayGoOn.countDown();

    assertEquals(winner, stub(losing, ID).add(REQUEST));
    assertEquals(5, server.balance("alice"));
    Wait.until(() -> server.faults.openTransactions() == 0);
  }

  @Test
  void concurrentAttemptWithOtherContent_isRefusedAndDoesNotJoin() throws Exception {
    Channel channel = server.start();
    server.ledger.next(this::addWhenAllowed);
    ListenableFuture<Balance> first = call(channel, REQUEST);
    started.await();

    ListenableFuture<Balance> other = call(channel, add("alice", 6));
    assertEquals(6, other.get().getAmount());
    mayGoOn.countDown();

    ExecutionException failure = assertThrows(ExecutionException.class, first::get);
    assertEquals(Optional.of(ErrorReason.REQUEST_ID_REUSED), ErrorReason.of(failure));
    assertEquals(6, server.balance("alice"));
  }

  @Test
  void joinersShareAFailureThatIsNotRecorded() throws Exception {
    Channel channel = server.start();
    server.ledger.next(
        (request, observer) -> {
          awaitPermission();
          observer.onError(Status.UNAVAILABLE.asRuntimeException());
        });
    ListenableFuture<Balance> first = call(channel, REQUEST);
    started.await();
    ListenableFuture<Balance> second = joined(channel, 1);
    mayGoOn.countDown();

    assertEquals(Status.Code.UNAVAILABLE, codeOf(first));
    assertEquals(Status.Code.UNAVAILABLE, codeOf(second));
    assertEquals(0, server.contents().size());
  }

  @Test
  void tooManyJoiners_areAskedToComeAgain() throws Exception {
    Channel channel = server.start(options -> options.maxJoiners(0));
    server.ledger.next(this::addWhenAllowed);
    ListenableFuture<Balance> first = call(channel, REQUEST);
    started.await();

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST));
    mayGoOn.countDown();

    assertEquals(Optional.of(ErrorReason.IN_PROGRESS), ErrorReason.of(refusal));
    assertEquals(Status.Code.UNAVAILABLE, refusal.getStatus().getCode());
    assertEquals(5, first.get().getAmount());
  }

  @Test
  void cancelBeforeTheCommit_abandonsTheExecution() throws Exception {
    Channel channel = server.start();
    server.ledger.next(this::addWhenAllowed);
    ListenableFuture<Balance> call = call(channel, REQUEST);
    started.await();

    assertTrue(call.cancel(true));
    Wait.until(() -> server.faults.openTransactions() == 0);
    mayGoOn.countDown();

    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
    assertEquals(2, server.ledger.executions());
    assertEquals(5, server.balance("alice"));
  }

  @Test
  void cancelOfTheFirstAttempt_leavesTheExecutionToThoseWhoJoined() throws Exception {
    Channel channel = server.start();
    server.ledger.next(this::addWhenAllowed);
    ListenableFuture<Balance> first = call(channel, REQUEST);
    started.await();
    ListenableFuture<Balance> second = joined(channel, 1);

    assertTrue(first.cancel(true));
    Wait.until(() -> server.entries.left() == 1);
    mayGoOn.countDown();

    assertEquals(5, second.get().getAmount());
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void cancelDuringTheCommit_letsItRunToItsEnd() throws Exception {
    Channel channel = server.start();
    CompletableFuture<Void> committing = new CompletableFuture<>();
    CompletableFuture<Void> mayCommit = new CompletableFuture<>();
    server.faults.onNextCommit(
        commit ->
            () -> {
              committing.complete(null);
              return mayCommit.thenCompose(go -> commit.commit());
            });
    ListenableFuture<Balance> call = call(channel, REQUEST);
    committing.get();

    assertTrue(call.cancel(true));
    ListenableFuture<Balance> later = joined(channel, 1);
    assertTrue(later.cancel(true));
    Wait.until(() -> server.entries.left() == 2);
    mayCommit.complete(null);

    Wait.until(() -> server.balance("alice") == 5);
    assertEquals(5, stub(channel, ID).add(REQUEST).getAmount());
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void conflictAfterAllHaveLeft_isNotExecutedAgain() throws Exception {
    Channel channel = server.start();
    CompletableFuture<Void> committing = new CompletableFuture<>();
    CompletableFuture<Void> mayCommit = new CompletableFuture<>();
    server.faults.onNextCommit(
        commit ->
            () -> {
              committing.complete(null);
              return mayCommit.thenCompose(
                  go -> CompletableFuture.failedFuture(FaultyDatabase.error(1020)));
            });
    ListenableFuture<Balance> call = call(channel, REQUEST);
    committing.get();

    assertTrue(call.cancel(true));
    assertTrue(joined(channel, 1).cancel(true));
    Wait.until(() -> server.entries.left() == 2);
    mayCommit.complete(null);

    Wait.until(() -> server.faults.openTransactions() == 0);
    assertEquals(0, server.contents().size());
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void cancelBetweenTwoExecutions_isQuietAndLeavesNothingBehind() {
    Channel channel = server.start();
    CompletableFuture<Void> mayTryAgain = new CompletableFuture<>();
    server.faults.dropNextCommit(1020).backOffUntil(mayTryAgain);
    ListenableFuture<Balance> call = call(channel, REQUEST);
    Wait.until(() -> server.faults.backOffs() == 1);

    assertTrue(call.cancel(true));
    // It would never be counted, had the guard thrown.
    Wait.until(() -> server.entries.left() == 1);
    mayTryAgain.complete(null);

    Wait.until(() -> server.faults.openTransactions() == 0);
    assertEquals(1, server.ledger.executions());
    assertEquals(0, server.contents().size());
  }

  private ListenableFuture<Balance> call(Channel channel, AddRequest request) {
    return LedgerServiceGrpc.newFutureStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(LedgerServer.headers(ID)))
        .add(request);
  }

  /** A call that waits for the operation that is under way. */
  private ListenableFuture<Balance> joined(Channel channel, int attemptsBefore) {
    Wait.until(() -> server.entries.entered() == attemptsBefore);
    ListenableFuture<Balance> call = call(channel, REQUEST);
    Wait.until(() -> server.entries.entered() == attemptsBefore + 1);
    return call;
  }

  private static Status.Code codeOf(ListenableFuture<?> call) {
    return Status.fromThrowable(assertThrows(ExecutionException.class, call::get)).getCode();
  }

  private void addWhenAllowed(AddRequest request, StreamObserver<Balance> observer) {
    Balance balance = server.ledger.addTo(request);
    awaitPermission();
    observer.onNext(balance);
    observer.onCompleted();
  }

  private void awaitPermission() {
    started.countDown();
    try {
      mayGoOn.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
