package io.github.grpconce.server;

import static io.github.grpconce.server.FloodedServer.LIMIT;
import static io.github.grpconce.server.FloodedServer.MANY;
import static io.github.grpconce.server.FloodedServer.flood;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Wait;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Clients that want to exhaust a server find that it keeps no more than it is allowed to. */
@StoreTest
class FloodTest {

  private static final String ID = "order-4711";
  private static final MethodDescriptor<AddRequest, Balance> ADD = LedgerServiceGrpc.getAddMethod();
  private static final MethodDescriptor<AddRequest, Balance> ADD_ALL =
      LedgerServiceGrpc.getAddAllMethod();

  @AutoClose private final FloodedServer flooded = new FloodedServer();
  private final LedgerServer server = flooded.server;
  private final ManualScheduler scheduler = flooded.scheduler;
  private final IdempotencyServerInterceptor guard = flooded.guard;

  private static AddRequest large() {
    return add("x".repeat(64 << 10), 1);
  }

  @Test
  void endlessNewIds_leaveNothingBehind() {
    server.ledger.always(server.ledger::addAsync);
    for (int i = 0; i < MANY; i++) {
      OpenCall<AddRequest, Balance> call = flooded.open(ADD).send(add("alice", 1)).halfClose();
      Wait.until(call::isAnswered);
      assertEquals(Status.Code.OK, call.code());
      call.end();
    }

    flooded.assertNothingIsKept();
    assertEquals(MANY, server.balance("alice"));
  }

  @Test
  void newIdsWhoseHandlersDontAnswer_areBounded() {
    server.ledger.always((request, observer) -> {});
    List<OpenCall<AddRequest, Balance>> calls =
        flood(MANY, () -> flooded.open(ADD).send(add("a", 1)));
    calls.stream().filter(call -> !call.isAnswered()).forEach(OpenCall::halfClose);

    flooded.assertBounded(calls);
    assertTrue(guard.operations() < calls.size());

    calls.forEach(OpenCall::end);
    flooded.assertNothingIsKept();
  }

  @Test
  void clientsThatNeverHalfClose_areBounded_andEndedInTime() {
    List<OpenCall<AddRequest, Balance>> calls = flood(MANY, () -> flooded.open(ADD).send(large()));

    flooded.assertBounded(calls);

    scheduler.advance(Duration.ofMinutes(1));
    assertTrue(calls.stream().allMatch(OpenCall::isAnswered));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, calls.get(0).code());
    calls.forEach(OpenCall::end);
    flooded.assertNothingIsKept();

    OpenCall<AddRequest, Balance> later = flooded.open(ADD).send(add("alice", 1)).halfClose();
    Wait.until(later::isAnswered);
    assertEquals(Status.Code.OK, later.code());
  }

  @Test
  void clientsThatNeverHalfClose_takeNoMoreThanTheLimit_asTheHeapHasIt() {
    long before = heapAfterCollection();

    // Without a limit these would take 130 MB.
    List<OpenCall<AddRequest, Balance>> calls = flood(MANY, () -> flooded.open(ADD).send(large()));

    long grown = heapAfterCollection() - before;
    assertTrue(grown < 16 * LIMIT, () -> grown + " bytes more are kept");
    assertEquals(MANY, calls.size());
  }

  private static long heapAfterCollection() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** A client chooses its deadline; it can be years from now. */
  @Test
  void farDeadline_isForTheAnswer_notForSendingTheRequest() {
    server.ledger.always((request, observer) -> {});
    Context far = Context.current().withDeadlineAfter(1, TimeUnit.DAYS, scheduler.service());
    Context previous = far.attach();
    OpenCall<AddRequest, Balance> incomplete = flooded.open(ADD).send(large());
    OpenCall<AddRequest, Balance> complete = flooded.open(ADD).send(add("alice", 1)).halfClose();
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
    IdempotencyServerInterceptor small = flooded.guard(options -> options.maxRequestBytes(10_000));
    OpenCall<AddRequest, Balance> call = flooded.open(small, ADD_ALL, ID);
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
    List<OpenCall<AddRequest, Balance>> calls = flood(40, () -> flooded.open(ADD_ALL));
    for (int i = 0; i < 40; i++) {
      calls.forEach(call -> sendIfOpen(call, large()));
      assertTrue(guard.bufferedBytes() <= LIMIT);
    }

    List<OpenCall<AddRequest, Balance>> refused =
        calls.stream().filter(OpenCall::isAnswered).toList();
    assertTrue(!refused.isEmpty());
    refused.forEach(FloodedServer::assertOverloaded);
    calls.forEach(OpenCall::end);
    flooded.assertNothingIsKept();
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
        flood(MANY, () -> flooded.open(guard, ADD, ID).send(request).halfClose());
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
    flooded.assertNothingIsKept();
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

  @Test
  void handlerThatThrowsBeforeItsCallIsAnswered_givesBackWhatItTook() {
    IdempotencyServerInterceptor broken =
        flooded.guard(
            options ->
                options.scope(
                    CallerScope.of(
                        (call, headers) -> {
                          throw new IllegalStateException("nobody knows");
                        })));
    OpenCall<AddRequest, Balance> call = flooded.open(broken, ADD, ID).send(large());
    try {
      call.halfClose();
    } catch (IllegalStateException e) {
      call.end(); // as gRPC does
    }

    assertEquals(0, broken.bufferedBytes());
  }
}
