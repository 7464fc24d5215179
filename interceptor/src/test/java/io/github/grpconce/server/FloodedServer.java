package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A server that thousands of calls come to at once, and what it may keep of them. */
final class FloodedServer implements AutoCloseable {

  static final int MANY = 2_000;
  static final long LIMIT = 4 << 20;

  static final MethodDescriptor<AddRequest, Balance> TRANSFER =
      StepsServiceGrpc.getTransferMethod();

  final LedgerServer server = new LedgerServer();
  final ManualScheduler scheduler = new ManualScheduler();
  final IdempotencyServerInterceptor guard = guard(options -> options);

  /** In the store's thread, so that thousands of handlers need no threads. */
  IdempotencyServerInterceptor guard(UnaryOperator<ServerInterceptorBuilder> options) {
    return server.interceptor(
        builder ->
            options.apply(
                builder
                    .scheduler(scheduler.service())
                    .executor(Runnable::run)
                    .maxBufferedBytes(LIMIT)));
  }

  OpenCall<AddRequest, Balance> open(MethodDescriptor<AddRequest, Balance> method) {
    return open(guard, method, RequestId.random().value());
  }

  OpenCall<AddRequest, Balance> open(
      IdempotencyServerInterceptor at, MethodDescriptor<AddRequest, Balance> method, String id) {
    var service = method == TRANSFER ? new Transfers().bindService() : server.ledger.bindService();
    return OpenCall.open(at, service, method, headers(id));
  }

  static List<OpenCall<AddRequest, Balance>> flood(
      int calls, Supplier<OpenCall<AddRequest, Balance>> opening) {
    return Stream.generate(opening).limit(calls).toList();
  }

  /** Some are taken, the others are told to come again, and the limit holds. */
  void assertBounded(List<OpenCall<AddRequest, Balance>> calls) {
    assertTrue(guard.bufferedBytes() <= LIMIT);
    List<OpenCall<AddRequest, Balance>> refused =
        calls.stream().filter(OpenCall::isAnswered).toList();
    assertTrue(refused.size() > calls.size() / 2);
    refused.forEach(FloodedServer::assertOverloaded);
  }

  static void assertOverloaded(OpenCall<?, ?> call) {
    assertEquals(Optional.of(ErrorReason.OVERLOADED), ErrorReason.of(call.failure()));
    assertEquals(
        "500",
        Status.trailersFromThrowable(call.failure()).get(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS));
  }

  void assertNothingIsKept() {
    Wait.until(() -> guard.bufferedBytes() == 0);
    assertEquals(0, guard.operations());
    assertEquals(0, scheduler.waiting());
    Wait.until(() -> server.faults.openTransactions() == 0);
    assertEquals(0, server.faults.watches());
  }

  @Override
  public void close() {
    server.close();
  }
}
