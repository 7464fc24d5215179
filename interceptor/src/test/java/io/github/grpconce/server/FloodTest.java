package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.record.RecordIdentity;
import io.github.grpconce.record.Records;
import io.github.grpconce.record.RequestFingerprints;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.test.v1.Origin;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.StoredRequest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that want to exhaust a server find that it keeps no more than it is allowed to. */
class FloodTest {

  private static final int MANY = 2_000;
  private static final long LIMIT = 4 << 20;
  private static final String ID = "order-4711";
  private static final MethodDescriptor<AddRequest, Balance> ADD = LedgerServiceGrpc.getAddMethod();
  private static final MethodDescriptor<AddRequest, Balance> ADD_ALL =
      LedgerServiceGrpc.getAddAllMethod();
  private static final MethodDescriptor<AddRequest, Balance> TRANSFER =
      StepsServiceGrpc.getTransferMethod();

  private final LedgerServer server = new LedgerServer();
  private final ManualScheduler scheduler = new ManualScheduler();
  private final IdempotencyServerInterceptor guard = guard(options -> options);

  /** In the store's thread, so that thousands of handlers need no threads. */
  private IdempotencyServerInterceptor guard(UnaryOperator<ServerInterceptorBuilder> options) {
    return server.interceptor(
        builder ->
            options.apply(
                builder.scheduler(scheduler).executor(Runnable::run).maxBufferedBytes(LIMIT)));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private OpenCall<AddRequest, Balance> open(MethodDescriptor<AddRequest, Balance> method) {
    return open(guard, method, RequestId.random().value());
  }

  private OpenCall<AddRequest, Balance> open(
      IdempotencyServerInterceptor at, MethodDescriptor<AddRequest, Balance> method, String id) {
    var service = method == TRANSFER ? new Transfers().bindService() : server.ledger.bindService();
    return OpenCall.open(at, service, method, headers(id));
  }

  private static AddRequest large() {
    return add("x".repeat(64 << 10), 1);
  }

  private void assertNothingIsKept() {
    Wait.until(() -> guard.bufferedBytes() == 0);
    assertEquals(0, guard.operations());
    assertEquals(0, scheduler.waiting());
    Wait.until(() -> server.faults.openTransactions() == 0);
    assertEquals(0, server.faults.watches());
  }

  private static void assertOverloaded(OpenCall<?, ?> call) {
    assertEquals(Optional.of(ErrorReason.OVERLOADED), ErrorReason.of(call.failure()));
    assertEquals(
        "500",
        Status.trailersFromThrowable(call.failure()).get(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS));
  }

  @Test
  void endlessNewIds_leaveNothingBehind() {
    server.ledger.always(server.ledger::addAsync);
    for (int i = 0; i < MANY; i++) {
      OpenCall<AddRequest, Balance> call = open(ADD).send(add("alice", 1)).halfClose();
      Wait.until(call::isAnswered);
      assertEquals(Status.Code.OK, call.code());
      call.end();
    }

    assertNothingIsKept();
    assertEquals(MANY, server.balance("alice"));
  }

  @Test
  void newIdsWhoseHandlersDontAnswer_areBounded() {
    server.ledger.always((request, observer) -> {});
    List<OpenCall<AddRequest, Balance>> calls = flood(MANY, () -> open(ADD).send(add("a", 1)));
    calls.stream().filter(call -> !call.isAnswered()).forEach(OpenCall::halfClose);

    assertBounded(calls);
    assertTrue(guard.operations() < calls.size());

    calls.forEach(OpenCall::end);
    assertNothingIsKept();
  }

  @Test
  void clientsThatNeverHalfClose_areBounded_andEndedInTime() {
    List<OpenCall<AddRequest, Balance>> calls = flood(MANY, () -> open(ADD).send(large()));

    assertBounded(calls);

    scheduler.advance(Duration.ofMinutes(1));
    assertTrue(calls.stream().allMatch(OpenCall::isAnswered));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, calls.get(0).code());
    calls.forEach(OpenCall::end);
    assertNothingIsKept();

    OpenCall<AddRequest, Balance> later = open(ADD).send(add("alice", 1)).halfClose();
    Wait.until(later::isAnswered);
    assertEquals(Status.Code.OK, later.code());
  }

  @Test
  void clientsThatNeverHalfClose_takeNoMoreThanTheLimit_asTheHeapHasIt() {
    long before = heapAfterCollection();

    // Without a limit these would take 130 MB.
    List<OpenCall<AddRequest, Balance>> calls = flood(MANY, () -> open(ADD).send(large()));

    long grown = heapAfterCollection() - before;
    assertTrue(grown < 16 * LIMIT, () -> grown + " bytes more are kept");
    assertEquals(MANY, calls.size());
  }

  private static long heapAfterCollection() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Some are taken, the others are told to come again, and the limit holds. */
  private void assertBounded(List<OpenCall<AddRequest, Balance>> calls) {
    assertTrue(guard.bufferedBytes() <= LIMIT);
    List<OpenCall<AddRequest, Balance>> refused =
        calls.stream().filter(OpenCall::isAnswered).toList();
    assertTrue(refused.size() > calls.size() / 2);
    refused.forEach(FloodTest::assertOverloaded);
  }

  private interface Opening {
    OpenCall<AddRequest, Balance> open();
  }

  private static List<OpenCall<AddRequest, Balance>> flood(int calls, Opening opening) {
    return IntStream.range(0, calls)
        .<OpenCall<AddRequest, Balance>>mapToObj(i -> opening.open())
        .toList();
  }

  /** A client chooses its deadline; it can be years from now. */
  @Test
  void farDeadline_isForTheAnswer_notForSendingTheRequest() {
    server.ledger.always((request, observer) -> {});
    Context far = Context.current().withDeadlineAfter(1, TimeUnit.DAYS, scheduler);
    Context previous = far.attach();
    OpenCall<AddRequest, Balance> incomplete = open(ADD).send(large());
    OpenCall<AddRequest, Balance> complete = open(ADD).send(add("alice", 1)).halfClose();
    far.detach(previous);

    scheduler.advance(Duration.ofMinutes(2));

    assertEquals(Status.Code.DEADLINE_EXCEEDED, incomplete.code());
    assertFalse(complete.isAnswered());
    incomplete.end();
    complete.end();
    Wait.until(() -> guard.bufferedBytes() == 0);
  }

  @Test
  void endlessStream_isRefusedAtTheLimit_andNotReadOn() {
    IdempotencyServerInterceptor small = guard(options -> options.maxRequestBytes(10_000));
    OpenCall<AddRequest, Balance> call = open(small, ADD_ALL, ID);
    for (int i = 0; i < MANY; i++) {
      call.send(add("alice", i));
    }

    assertEquals(Optional.of(ErrorReason.REQUEST_TOO_LARGE), ErrorReason.of(call.failure()));
    assertTrue(call.requested() <= 10_000 / add("alice", 1).getSerializedSize());
    assertEquals(0, small.bufferedBytes());
    int requested = call.requested();
    call.send(large());
    assertEquals(requested, call.requested());
    assertEquals(0, small.bufferedBytes());
  }

  @Test
  void streamsThatGrowTogether_areBounded() {
    List<OpenCall<AddRequest, Balance>> calls = flood(40, () -> open(ADD_ALL));
    for (int i = 0; i < 40; i++) {
      calls.forEach(call -> sendIfOpen(call, large()));
      assertTrue(guard.bufferedBytes() <= LIMIT);
    }

    List<OpenCall<AddRequest, Balance>> refused =
        calls.stream().filter(OpenCall::isAnswered).toList();
    assertTrue(!refused.isEmpty());
    refused.forEach(FloodTest::assertOverloaded);
    calls.forEach(OpenCall::end);
    assertNothingIsKept();
  }

  private static void sendIfOpen(OpenCall<AddRequest, Balance> call, AddRequest message) {
    if (!call.isAnswered()) {
      call.send(message);
    }
  }

  @Test
  void joiners_areLimited_andKeepNoRequest() {
    server.ledger.always((request, observer) -> {});
    AddRequest request = add("x".repeat(4 << 10), 1);
    List<OpenCall<AddRequest, Balance>> calls =
        flood(MANY, () -> open(guard, ADD, ID).send(request).halfClose());
    Wait.until(() -> server.ledger.executions() == 1);

    List<OpenCall<AddRequest, Balance>> refused =
        calls.stream().filter(OpenCall::isAnswered).toList();
    assertEquals(MANY - 101, refused.size());
    for (OpenCall<AddRequest, Balance> call : refused) {
      assertEquals(Optional.of(ErrorReason.IN_PROGRESS), ErrorReason.of(call.failure()));
    }
    long ofTheCalls = 101L * CallMemory.BYTES_OF_A_CALL;
    assertTrue(guard.bufferedBytes() - ofTheCalls < 2L * request.getSerializedSize());

    calls.forEach(OpenCall::end);
    assertNothingIsKept();
  }

  @Test
  void attemptsThatWaitForExecutionsElsewhere_areBounded_andLeaveNoWatch() {
    AddRequest request = add("alice", 1);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      ids.add("id-" + i);
    }
    Lease.Builder lease = Lease.newBuilder().setLeaseMillis(1_000_000);
    ids.forEach(id -> executed(server.store, id, request, lease));

    List<OpenCall<AddRequest, Balance>> calls =
        ids.stream()
            .<OpenCall<AddRequest, Balance>>map(id -> open(guard, TRANSFER, id).send(request))
            .toList();
    calls.stream().filter(call -> !call.isAnswered()).forEach(OpenCall::halfClose);

    assertBounded(calls);
    Wait.until(() -> server.faults.watches() == guard.operations());
    assertTrue(server.faults.watches() <= LIMIT / CallMemory.BYTES_OF_A_CALL);

    calls.forEach(OpenCall::end);
    scheduler.advance(Duration.ofSeconds(1));
    assertNothingIsKept();
  }

  /** FoundationDB has 10,000 watches for a client: who gets none looks again and again. */
  @Test
  void attemptThatGetsNoWatch_isAnsweredAllTheSame() {
    server.store.options().setMaxWatches(0);
    AddRequest request = add("alice", 1);
    executed(server.store, ID, request, Lease.newBuilder().setLeaseMillis(1_000_000));
    OpenCall<AddRequest, Balance> call = open(guard, TRANSFER, ID).send(request).halfClose();
    // The call's limit, and the next look.
    Wait.until(() -> scheduler.waiting() == 2);
    assertEquals(0, server.faults.watches());

    completed(server.store, ID, request);
    scheduler.advance(Duration.ofSeconds(1));

    Wait.until(call::isAnswered);
    assertEquals(Status.Code.OK, call.code());
  }

  private static void completed(Database store, String id, AddRequest request) {
    String method = TRANSFER.getFullMethodName();
    store.run(
        transaction -> {
          Records.in(LedgerServer.RECORDS)
              .executions()
              .complete(
                  transaction,
                  RecordIdentity.of("", method, RequestId.of(id)),
                  RequestFingerprints.of(method, AddRequest.getDescriptor()).of(List.of(request)),
                  Outcome.newBuilder()
                      .addResponses(Balance.getDefaultInstance().toByteString())
                      .build(),
                  transaction.getReadVersion().join());
          return null;
        });
  }

  /** Another server is executing a call with this ID, or was. */
  private static void executed(Database store, String id, AddRequest request, Lease.Builder lease) {
    String method = TRANSFER.getFullMethodName();
    var fingerprints = RequestFingerprints.of(method, AddRequest.getDescriptor());
    Execution execution =
        Execution.newBuilder()
            .setToken(1)
            .setOwner("elsewhere")
            .setMethod(method)
            .setRequestId(id)
            .build();
    StoredRequest stored = StoredRequest.newBuilder().addMessages(request.toByteString()).build();
    store.run(
        transaction -> {
          Records.in(LedgerServer.RECORDS)
              .executions()
              .begin(
                  transaction,
                  RecordIdentity.of("", method, RequestId.of(id)),
                  fingerprints.of(List.of(request)),
                  execution,
                  stored,
                  lease
                      .setToken(1)
                      .setRenewedAtVersion(transaction.getReadVersion().join())
                      .build());
          return null;
        });
  }

  /** Applications can allow more; then a call may take more than is counted for it. */
  @Test
  void headersOfMoreThan8Kilobytes_areRefusedByGrpcItself() {
    Channel channel =
        server.start(LedgerServer.Transport.NETTY, options -> options, builder -> builder);
    Metadata headers = headers(ID);
    headers.put(Metadata.Key.of("padding", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(9 << 10));

    assertThrows(StatusRuntimeException.class, () -> stub(channel, headers).add(add("alice", 1)));
    assertEquals(0, server.entries.entered());
    assertEquals(1, stub(channel, headers(ID)).add(add("alice", 1)).getAmount());
  }

  /** Read all at once, they could kill every server that wants to help. */
  @Test
  void largeExecutionsWhoseServerDied_areResumedAFewAtATime() {
    try (StepsServers servers = new StepsServers()) {
      Origin origin = Origin.newBuilder().setChannel("x".repeat(3 << 20)).build();
      AddRequest request = add("alice", 1).toBuilder().setOrigin(origin).build();
      for (int i = 0; i < 6; i++) {
        executed(servers.store, "id-" + i, request, Lease.newBuilder().setReleased(true));
      }
      StepsServers.Node node = servers.start();

      node.scheduler().advance(StepsServers.LEASE);
      Wait.until(() -> servers.inProgress() == 3);
      assertEquals(3, servers.transfers.executions());
      Wait.until(() -> node.scheduler().waiting() == 1);
      node.scheduler().advance(StepsServers.LEASE);
      Wait.until(() -> servers.inProgress() == 0);

      assertEquals(6, servers.taken());
      assertEquals(6, servers.given());
    }
  }

  @Test
  void handlerThatThrowsBeforeItsCallIsAnswered_givesBackWhatItTook() {
    IdempotencyServerInterceptor broken =
        guard(
            options ->
                options.scope(
                    CallerScope.of(
                        (call, headers) -> {
                          throw new IllegalStateException("nobody knows");
                        })));
    OpenCall<AddRequest, Balance> call = open(broken, ADD, ID).send(large());
    try {
      call.halfClose();
    } catch (IllegalStateException e) {
      call.end(); // as gRPC does
    }

    assertEquals(0, broken.bufferedBytes());
  }
}
