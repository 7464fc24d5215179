package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.ExecutionFencedException;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executions in steps that stand still or die, and what others make of it. */
@StoreTest
class StepsTakeoverTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  /** How soon servers look again for those who wait, and then some. */
  private static final Duration A_WHILE = Duration.ofSeconds(1);

  private final StepsServers servers = new StepsServers();
  private final StandStill standStill = new StandStill();

  @AfterEach
  void close() {
    standStill.end();
    servers.close();
  }

  private void endLease() {
    servers.timeline.jump(StepsServers.LEASE.plusSeconds(1));
  }

  @Test
  void zombie_commitsNothing_andItsAttemptGetsTheOthersAnswer() throws Exception {
    AtomicReference<RuntimeException> told = new AtomicReference<>();
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          told.set(assertThrows(RuntimeException.class, () -> giveLate(request, call)));
          return Balance.newBuilder().setAmount(666).build();
        });
    ListenableFuture<Balance> zombie = servers.start().begin(ID, REQUEST);
    standStill.await();
    endLease();

    assertEquals(5, servers.start().transfer(ID, REQUEST).getAmount());
    standStill.end();

    assertEquals(5, zombie.get().getAmount());
    Wait.until(() -> told.get() != null);
    assertInstanceOf(ExecutionFencedException.class, told.get());
    assertEquals(2, servers.transfers.executions());
    servers.assertTransferredOnce();
  }

  private Balance giveLate(AddRequest request, IdempotentCall call) {
    return call.step(
        "give",
        Balance.parser(),
        transaction -> {
          standStill.here();
          return Transfers.given(transaction, request);
        });
  }

  @Test
  void executionThatComesTooLateWithItsFirstStep_doesNothing() throws Exception {
    servers.transfers.next(
        (request, call) -> {
          standStill.here();
          Transfers.take(request, call);
          return Balance.newBuilder().setAmount(666).build();
        });
    ListenableFuture<Balance> late = servers.start().begin(ID, REQUEST);
    standStill.await();

    assertEquals(5, servers.start().transfer(ID, REQUEST).getAmount());
    standStill.end();

    assertEquals(5, late.get().getAmount());
    assertEquals(2, servers.transfers.executions());
    servers.assertTransferredOnce();
  }

  @Test
  void duplicateOnAnotherServer_waitsAndGetsTheOutcomeByTheWatch() throws Exception {
    ListenableFuture<Balance> first =
        standStill.afterTheFirstStep(servers, servers.start(), ID, REQUEST);
    StepsServers.Node other = servers.start();
    ListenableFuture<Balance> duplicate = other.begin(ID, REQUEST);
    // The recovery's task, the limit of the attempt, and the wait's own.
    Wait.until(() -> other.scheduler().waiting() > 2);
    assertFalse(duplicate.isDone());

    standStill.end();

    assertEquals(5, duplicate.get().getAmount());
    assertEquals(5, first.get().getAmount());
    assertEquals(1, servers.transfers.executions());
    servers.assertTransferredOnce();
  }

  @Test
  void duplicateThatWaits_takesOverWhenTheLeaseEnds() throws Exception {
    ListenableFuture<Balance> first =
        standStill.afterTheFirstStep(servers, servers.start(), ID, REQUEST);
    StepsServers.Node other = servers.start();
    ListenableFuture<Balance> duplicate = other.begin(ID, REQUEST);
    Wait.until(() -> other.scheduler().waiting() > 2);

    endLease();
    other.scheduler().advance(A_WHILE);

    assertEquals(5, duplicate.get().getAmount());
    standStill.end();
    assertEquals(5, first.get().getAmount());
    assertEquals(2, servers.transfers.executions());
    servers.assertTransferredOnce();
  }

  @Test
  void heartbeat_keepsTheLease() throws Exception {
    StepsServers.Node server = servers.start();
    ListenableFuture<Balance> first = standStill.afterTheFirstStep(servers, server, ID, REQUEST);
    for (int i = 0; i < 4; i++) {
      long renewed = renewedAtVersion();
      servers.timeline.jump(StepsServers.LEASE.dividedBy(2));
      server.scheduler().advance(StepsServers.LEASE.dividedBy(2));
      Wait.until(() -> renewedAtVersion() > renewed + 4_000_000);
    }
    StepsServers.Node other = servers.start();
    ListenableFuture<Balance> duplicate = other.begin(ID, REQUEST);
    Wait.until(() -> other.scheduler().waiting() > 2);

    standStill.end();

    assertEquals(5, duplicate.get().getAmount());
    assertEquals(5, first.get().getAmount());
    assertEquals(1, servers.transfers.executions());
  }

  private long renewedAtVersion() {
    return servers.lease(ID).getRenewedAtVersion();
  }

  @Test
  void duplicateThatCanWaitNoLonger_isAskedToComeAgain() throws Exception {
    ListenableFuture<Balance> first =
        standStill.afterTheFirstStep(servers, servers.start(), ID, REQUEST);

    StepsServers.Node other = servers.start(new NearDeadline());
    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> other.transfer(ID, REQUEST));
    standStill.end();

    assertEquals(Optional.of(ErrorReason.IN_PROGRESS), ErrorReason.of(refusal));
    assertEquals(Status.Code.UNAVAILABLE, refusal.getStatus().getCode());
    assertEquals(5, first.get().getAmount());
    assertEquals(1, servers.transfers.executions());
  }

  /** Gives calls a deadline that is near, and never comes. */
  private static final class NearDeadline implements ServerInterceptor {

    private static final Deadline.Ticker STOPPED =
        new Deadline.Ticker() {
          @Override
          public long nanoTime() {
            return 0;
          }
        };

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      Deadline deadline = Deadline.after(200, TimeUnit.MILLISECONDS, STOPPED);
      Context context = Context.current().withDeadline(deadline, new ManualScheduler().service());
      return Contexts.interceptCall(context, call, headers, next);
    }
  }

  @Test
  void executionWhoseServerDied_isFinishedByAnotherWithoutAnybodyAsking() throws Exception {
    ListenableFuture<Balance> first =
        standStill.afterTheFirstStep(servers, servers.start(), ID, REQUEST);
    assertTrue(first.cancel(true));
    StepsServers.Node other = servers.start();
    endLease();

    other.scheduler().advance(StepsServers.LEASE);

    Wait.until(() -> servers.inProgress() == 0);
    servers.assertTransferredOnce();
    standStill.end();
    assertEquals(5, other.transfer(ID, REQUEST).getAmount());
    assertEquals(2, servers.transfers.executions());
    servers.assertTransferredOnce();
  }

  @Test
  void executionOfAnIdThatHasExpiredMeanwhile_isFinishedAllTheSame() throws Exception {
    ListenableFuture<Balance> first =
        standStill.afterTheFirstStep(servers, servers.start(), ID, REQUEST);
    assertTrue(first.cancel(true));
    servers.expireAllIds();
    StepsServers.Node other = servers.start();
    endLease();

    other.scheduler().advance(StepsServers.LEASE);

    Wait.until(() -> servers.inProgress() == 0);
    servers.assertTransferredOnce();
    assertEquals(REQUEST.getAmount(), other.transfer(ID, REQUEST).getAmount());
    assertEquals(2, servers.transfers.executions());
  }

  @Test
  void executionThatIsAlive_isNotRecovered() throws Exception {
    ListenableFuture<Balance> first =
        standStill.afterTheFirstStep(servers, servers.start(), ID, REQUEST);
    StepsServers.Node other = servers.start();
    int opened = servers.faults.openTransactions();

    other.scheduler().advance(StepsServers.LEASE);
    Wait.until(() -> other.scheduler().waiting() == 1);
    Wait.until(() -> servers.faults.openTransactions() == opened);
    standStill.end();

    assertEquals(5, first.get().getAmount());
    assertEquals(1, servers.transfers.executions());
  }

  @Test
  void clientThatLeavesAfterTheFirstStep_doesNotStopTheExecution() throws Exception {
    StepsServers.Node server = servers.start();
    ListenableFuture<Balance> first = standStill.afterTheFirstStep(servers, server, ID, REQUEST);

    assertTrue(first.cancel(true));
    Wait.until(() -> server.entries().left() == 1);
    standStill.end();

    Wait.until(() -> servers.inProgress() == 0);
    assertEquals(1, servers.transfers.executions());
    servers.assertTransferredOnce();
  }
}
