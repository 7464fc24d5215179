package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Refusals of calls in steps: their status, their reason for programs, and what was written. */
@StoreTest
class StepsRefusalsTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  private final StepsServers servers = new StepsServers();
  private final StandStill standStill = new StandStill();

  @AfterEach
  void close() {
    standStill.end();
    servers.close();
  }

  @Test
  void missingRequestId() {
    assertRefused(ErrorReason.REQUEST_ID_MISSING, servers.start(), headers(), REQUEST);
  }

  @Test
  void severalRequestIds() {
    assertRefused(ErrorReason.REQUEST_ID_INVALID, servers.start(), headers("a", "b"), REQUEST);
  }

  @Test
  void requestIdReusedForSomethingElse() {
    StepsServers.Node server = servers.start();
    server.transfer(ID, REQUEST);

    assertRefused(ErrorReason.REQUEST_ID_REUSED, server, headers(ID), add("alice", 6));
  }

  @Test
  void requestIdOfAnExecutionInProgressReusedForSomethingElse() throws Exception {
    StepsServers.Node server = servers.start();
    ListenableFuture<Balance> first = standStill.afterTheFirstStep(servers, server, ID, REQUEST);

    assertRefused(ErrorReason.REQUEST_ID_REUSED, server, headers(ID), add("alice", 6));
    standStill.end();
    assertEquals(5, first.get().getAmount());
  }

  @Test
  void expiredRequestId() {
    servers.expireAllIds();

    assertRefused(ErrorReason.REQUEST_ID_EXPIRED, servers.start(), headers(ID), REQUEST);
  }

  @Test
  void requestTooLarge() {
    StepsServers.Node server = servers.start(options -> options.maxRequestBytes(100));

    assertRefused(ErrorReason.REQUEST_TOO_LARGE, server, headers(ID), add("x".repeat(100), 5));
  }

  @Test
  void storeUnreachable() {
    StepsServers.Node server = servers.start();
    servers.faults.becomeUnreachable();

    assertRefused(ErrorReason.STORE_UNAVAILABLE, server, headers(ID), REQUEST);
    servers.faults.becomeReachable();
  }

  @Test
  void stepTooOldOnEveryTry() {
    servers.faults.dropNextCommit(1007).dropNextCommit(1007).dropNextCommit(1007);
    StepsServers.Node server = servers.start();

    StatusRuntimeException refusal =
        assertRefused(ErrorReason.TRANSACTION_TOO_OLD, server, headers(ID), REQUEST);

    assertTrue(refusal.getMessage().contains("a step"), refusal.getMessage());
  }

  /** The steps stay, and nobody is told that nothing was committed. */
  @Test
  void responseTooLarge_isNotRecorded() {
    StepsServers.Node server = servers.start(options -> options.maxResponseBytes(1_000));
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          return Balance.newBuilder().setPadding(ByteString.copyFrom(new byte[1_000])).build();
        });

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, REQUEST));

    assertEquals(Optional.of(ErrorReason.RESPONSE_TOO_LARGE), ErrorReason.of(refusal));
    assertTrue(!refusal.getMessage().contains("nothing"), refusal.getMessage());
    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    assertEquals(5, servers.taken());
  }

  /** Of an attempt that has left while it was looked for. */
  @Test
  void watchThatNobodyWaitsFor_isLetGo() throws Exception {
    StepsServers.Node server = servers.start();
    ListenableFuture<Balance> first = standStill.afterTheFirstStep(servers, server, ID, REQUEST);
    StepsServers.Node other = servers.start();
    ListenableFuture<Balance> duplicate = other.begin(ID, REQUEST);
    Wait.until(() -> servers.faults.watches() == 1);

    assertTrue(duplicate.cancel(true));
    Wait.until(() -> other.entries().left() == 1);
    other.scheduler().advance(StepsServers.LEASE.dividedBy(10));

    Wait.until(() -> servers.faults.watches() == 0);
    standStill.end();
    assertEquals(5, first.get().getAmount());
  }

  private StatusRuntimeException assertRefused(
      ErrorReason reason, StepsServers.Node server, Metadata headers, AddRequest request) {
    List<String> before = Ledger.contents(servers.store);
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> server.begin(headers, request).get());
    StatusRuntimeException refusal = (StatusRuntimeException) failure.getCause();
    assertEquals(Optional.of(reason), ErrorReason.of(refusal), refusal::getMessage);
    assertEquals(reason.code(), refusal.getStatus().getCode());
    assertEquals(before, Ledger.contents(servers.store));
    return refusal;
  }
}
