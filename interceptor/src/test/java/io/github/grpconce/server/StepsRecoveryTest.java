package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.github.grpconce.Guard;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executions that nobody comes back for, and the servers that resume them. */
@StoreTest
class StepsRecoveryTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final Context.Key<String> TENANT = Context.key("tenant");
  private static final Metadata.Key<String> TENANT_HEADER =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);

  private final StepsServers servers = new StepsServers();
  private final StandStill standStill = new StandStill();

  /** In which the resumed handler that stands still was begun. */
  private final AtomicReference<Context> resumed = new AtomicReference<>();

  @AfterEach
  void close() {
    standStill.end();
    servers.close();
  }

  /** The next execution of a call does its first step, and its server is never heard of again. */
  private void dieAfterTheFirstStep(StepsServers.Node server, String id) {
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          throw Status.UNAVAILABLE.asRuntimeException();
        });
    assertThrows(StatusRuntimeException.class, () -> server.transfer(id, REQUEST));
  }

  private void endLease() {
    servers.timeline.jump(StepsServers.LEASE.plusSeconds(1));
  }

  /** A server that has resumed the call, whose handler stands still before it does the rest. */
  private StepsServers.Node resumeAndStandStill(Transfers.Behaviour rest)
      throws InterruptedException {
    StepsServers.Node server = servers.start(options -> options.recoveryLimit(LIMIT));
    dieAfterTheFirstStep(server, ID);
    servers.transfers.next(
        (request, call) -> {
          resumed.set(Context.current());
          standStill.here();
          return rest.handle(request, call);
        });
    endLease();
    server.scheduler().advance(StepsServers.LEASE);
    standStill.await();
    return server;
  }

  private void assertResumedOnceItsLeaseIsOver(StepsServers.Node server) {
    endLease();

    server.scheduler().advance(StepsServers.LEASE);

    Wait.until(() -> servers.inProgress() == 0);
    servers.assertTransferredOnce();
  }

  @Test
  void executionThatCanNotBeRead_doesNotKeepOthersFromBeingResumed() {
    StepsServers.Node dead = servers.start();
    dieAfterTheFirstStep(dead, ID);
    servers.rewriteRecord(record -> record.toBuilder().setFormat(2).build());
    for (int i = 0; i < 3; i++) {
      dieAfterTheFirstStep(dead, "other-" + i);
    }
    endLease();

    servers.start().scheduler().advance(StepsServers.LEASE);

    Wait.until(() -> servers.inProgress() == 1);
    assertEquals(15, servers.given());
  }

  @Test
  void serverWithoutRecovery_looksForNothing_andLeavesExecutionsToTheirClients() {
    StepsServers.Node server = servers.start(ServerInterceptorBuilder::withoutRecovery);
    dieAfterTheFirstStep(server, ID);
    endLease();

    assertEquals(0, server.scheduler().waiting());
    assertEquals(1, servers.inProgress());

    server.transfer(ID, REQUEST);
    servers.assertTransferredOnce();
  }

  @Test
  void moreThanARoundResumes_haveTheirTurnInTheNext() {
    StepsServers.Node dead = servers.start();
    for (int i = 0; i < 60; i++) {
      dieAfterTheFirstStep(dead, "id-" + i);
    }
    endLease();
    StepsServers.Node other = servers.start();

    other.scheduler().advance(StepsServers.LEASE);
    Wait.until(() -> servers.inProgress() == 10);
    Wait.until(() -> other.scheduler().waiting() == 1);
    other.scheduler().advance(StepsServers.LEASE);

    Wait.until(() -> servers.inProgress() == 0);
    assertEquals(300, servers.given());
  }

  @Test
  void methodThatWasRenamed_isFoundByItsPinnedIdentity() {
    StepsServers.Node server =
        servers.start(
            options ->
                options.guard(
                    StepsServiceGrpc.getTransferMethod(), Guard.steps().withIdentity("transfer")));
    dieAfterTheFirstStep(server, ID);
    servers.rewriteRecord(
        record ->
            record.toBuilder()
                .setExecution(record.getExecution().toBuilder().setMethod("old.Service/Move"))
                .build());

    assertResumedOnceItsLeaseIsOver(server);
  }

  @Test
  void requestWhoseFingerprintWouldBeAnotherToday_isResumedAllTheSame() {
    StepsServers.Node server = servers.start();
    dieAfterTheFirstStep(server, ID);
    servers.rewriteRecord(
        record ->
            record.toBuilder()
                .setFingerprint(
                    record.getFingerprint().toBuilder()
                        .setDigest(ByteString.copyFrom(new byte[16])))
                .build());

    assertResumedOnceItsLeaseIsOver(server);
  }

  @Test
  void resumedHandler_hasTheStoredHeaders_butNoCredentialsNorWhatStandsAbove() {
    Context.Key<String> user = Context.key("user");
    Metadata.Key<String> tenant = Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);
    Metadata.Key<byte[]> trace = Metadata.Key.of("trace-bin", Metadata.BINARY_BYTE_MARSHALLER);
    Metadata.Key<String> secret =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    Queue<Metadata> seen = new ConcurrentLinkedQueue<>();
    Queue<ServerCall<?, ?>> calls = new ConcurrentLinkedQueue<>();
    Queue<String> users = new ConcurrentLinkedQueue<>();
    ServerInterceptor below =
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            seen.add(headers);
            calls.add(call);
            users.add(String.valueOf(user.get()));
            return next.startCall(call, headers);
          }
        };
    ServerInterceptor above =
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            return Contexts.interceptCall(
                Context.current().withValue(user, "carol"), call, headers, next);
          }
        };
    StepsServers.Node server = servers.start(options -> options, below, above);
    Metadata headers = headers(ID);
    headers.put(tenant, "acme");
    headers.put(trace, new byte[] {1, 2});
    headers.put(secret, "Bearer xyz");
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          throw Status.UNAVAILABLE.asRuntimeException();
        });
    assertThrows(Exception.class, () -> server.begin(headers, REQUEST).get());
    endLease();

    server.scheduler().advance(StepsServers.LEASE);

    Wait.until(() -> servers.inProgress() == 0);
    assertEquals("Bearer xyz", seen.remove().get(secret));
    Metadata resumed = seen.remove();
    assertEquals("acme", resumed.get(tenant));
    assertEquals(2, resumed.get(trace).length);
    assertNull(resumed.get(secret));
    assertEquals("carol", users.remove());
    assertEquals("null", users.remove());
    calls.remove();
    assertNull(calls.remove().getAuthority());
    servers.assertTransferredOnce();
  }

  /** Which executions are resumed, and whose they are. */
  @Test
  void handler_isToldWhoseCallItIs_andWhetherItIsResumed() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    Transfers.Behaviour noting =
        (request, call) -> {
          seen.add(call.scope() + " " + call.isResumed());
          call.step(
              "take",
              transaction -> {
                seen.add(
                    IdempotentCall.current().scope() + " " + IdempotentCall.current().isResumed());
                Transfers.add(transaction, "taken", request.getAmount());
              });
          if (!call.isResumed()) {
            throw Status.UNAVAILABLE.asRuntimeException();
          }
          return Transfers.give(request, call);
        };
    StepsServers.Node server =
        servers.start(options -> options.scope(CallerScope.of((call, headers) -> "acme")));
    servers.transfers.next(noting);
    assertThrows(StatusRuntimeException.class, () -> server.transfer(ID, REQUEST));
    servers.transfers.next(noting);

    assertResumedOnceItsLeaseIsOver(server);

    assertEquals(List.of("acme false", "acme false", "acme true"), List.copyOf(seen));
  }

  @Test
  void resumedHandler_hasWhatTheApplicationRestoresOfItsContext() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    StepsServers.Node server =
        servers.start(
            options ->
                options
                    .scope(CallerScope.of((call, headers) -> "acme"))
                    .resumedContext(
                        (context, method, scope, headers) ->
                            context.withValue(
                                TENANT,
                                scope
                                    + "/"
                                    + headers.get(TENANT_HEADER)
                                    + "/"
                                    + method.getBareMethodName())));
    Metadata headers = headers(ID);
    headers.put(TENANT_HEADER, "east");
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          throw Status.UNAVAILABLE.asRuntimeException();
        });
    assertThrows(Exception.class, () -> server.begin(headers, REQUEST).get());
    servers.transfers.next(
        (request, call) -> {
          seen.add(TENANT.get());
          call.step("give", transaction -> seen.add(TENANT.get()));
          return Balance.getDefaultInstance();
        });
    endLease();

    server.scheduler().advance(StepsServers.LEASE);

    Wait.until(() -> servers.inProgress() == 0);
    assertEquals(List.of("acme/east/Transfer", "acme/east/Transfer"), List.copyOf(seen));
  }

  /** As if its handler had: or it would be tried in every round for ever. */
  @Test
  void contextThatCanNotBeRestored_isAFailure_andTheHandlerIsNotExecuted() {
    StepsServers.Node server =
        servers.start(
            options ->
                options.resumedContext(
                    (context, method, scope, headers) -> {
                      throw new IllegalStateException("s3cr3t");
                    }));
    dieAfterTheFirstStep(server, ID);
    endLease();
    try (LogCapture log = LogCapture.start()) {
      recoverARound(server);
      assertEquals(1, servers.transfers.executions());
      assertEquals(2, servers.lease(ID).getFailures());
      assertEquals(
          IllegalStateException.class.getName(), servers.lease(ID).getLastFailure().getException());
      assertFalse(log.seen().toString().contains("s3cr3t"), log.seen()::toString);
    }

    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    servers.assertTransferredOnce();
  }

  /** It has failed before, and will again: what there is to say of it is said otherwise. */
  @Test
  void resumedHandlerThatThrows_leavesNoTraceInTheLog() {
    StepsServers.Node server = servers.start();
    dieAfterTheFirstStep(server, ID);
    servers.transfers.next(
        (request, call) -> {
          throw new AssertionError("s3cr3t");
        });
    endLease();
    try (LogCapture log = LogCapture.start()) {
      recoverARound(server);
      assertEquals(2, servers.lease(ID).getFailures());
      assertFalse(log.seen().toString().contains("s3cr3t"), log.seen()::toString);
    }
  }

  @Test
  void resumedExecution_isStoppedAtItsLimit_andResumedOnceMore() throws Exception {
    StepsServers.Node server = resumeAndStandStill(Transfers::give);

    assertFalse(resumed.get().isCancelled());
    server.scheduler().advance(LIMIT);
    assertTrue(resumed.get().isCancelled());
    standStill.end();

    Wait.until(() -> servers.lease(ID).getToken() == 2 && servers.lease(ID).getReleased());
    recoverUntilNothingIsInProgress(server);
    servers.assertTransferredOnce();
  }

  @Test
  void attemptThatWaitsForAResumedExecution_isNotFailedByItsLimit() throws Exception {
    StepsServers.Node server =
        resumeAndStandStill(
            (request, call) -> {
              throw Status.CANCELLED.asRuntimeException();
            });
    ListenableFuture<Balance> attempt = server.begin(ID, REQUEST);
    Wait.until(() -> server.entries().entered() == 2);

    server.scheduler().advance(LIMIT);
    standStill.end();

    assertEquals(5, attempt.get().getAmount());
    servers.assertTransferredOnce();
  }

  @Test
  void handlerThatDoesNotEndAtItsLimit_doesNotKeepTheLease() throws Exception {
    StepsServers.Node server = resumeAndStandStill(Transfers::give);
    server.scheduler().advance(StepsServers.LEASE);
    Wait.until(() -> servers.lease(ID).getReleased());
    // It has failed, and is left alone for some time.
    servers.timeline.jump(StepsServers.LEASE.multipliedBy(4));

    StepsServers.Node other = servers.start();
    other.scheduler().advance(StepsServers.LEASE);

    Wait.until(() -> servers.inProgress() == 0);
    servers.assertTransferredOnce();
  }

  @Test
  void executionThatFailsAgainAndAgain_isResumedLessAndLessOften() {
    StepsServers.Node server = servers.start();
    dieAfterTheFirstStep(server, ID);
    for (int failures = 1; failures <= 3; failures++) {
      int executions = failures;
      servers.transfers.next(
          (request, call) -> {
            throw Status.UNAVAILABLE.asRuntimeException();
          });
      Duration rest = StepsServers.LEASE.multipliedBy(1L << (failures - 1));
      servers.timeline.jump(rest.minusSeconds(2));
      recoverARound(server);
      assertEquals(executions, servers.transfers.executions(), "too early");
      servers.timeline.jump(Duration.ofSeconds(3));
      long token = failures + 1L;
      Wait.until(
          () -> {
            recoverARound(server);
            return servers.lease(ID).getToken() == token && servers.lease(ID).getReleased();
          });
    }

    assertEquals(5, server.transfer(ID, REQUEST).getAmount());
    servers.assertTransferredOnce();
  }

  /** However often that meets an execution that is still being ended, or a limit that is near. */
  private void recoverUntilNothingIsInProgress(StepsServers.Node server) {
    Wait.until(
        () -> {
          servers.timeline.jump(Duration.ofHours(1));
          recoverARound(server);
          return servers.inProgress() == 0;
        });
  }

  private void recoverARound(StepsServers.Node server) {
    server.scheduler().advance(StepsServers.LEASE);
    Wait.until(
        () ->
            server.scheduler().waiting() == 1
                && servers.faults.openTransactions() == 0
                && server.guard().operations() == 0);
  }

  @Test
  void closedInterceptor_resumesNothing() {
    StepsServers.Node server = servers.start();
    dieAfterTheFirstStep(server, ID);
    endLease();

    server.guard().close();
    server.scheduler().advance(StepsServers.LEASE.multipliedBy(3));

    assertEquals(0, server.scheduler().waiting());
    assertEquals(1, servers.transfers.executions());
    assertEquals(1, servers.inProgress());
  }

  @Test
  void storeThatIsUnreachableForSomeRounds_doesNotEndTheRecovery() {
    StepsServers.Node server = servers.start();
    dieAfterTheFirstStep(server, ID);
    endLease();
    servers.faults.becomeUnreachable();
    for (int i = 0; i < 3; i++) {
      server.scheduler().advance(StepsServers.LEASE);
      Wait.until(() -> server.scheduler().waiting() == 1);
    }
    servers.faults.becomeReachable();

    server.scheduler().advance(StepsServers.LEASE);

    Wait.until(() -> servers.inProgress() == 0);
    servers.assertTransferredOnce();
  }
}
