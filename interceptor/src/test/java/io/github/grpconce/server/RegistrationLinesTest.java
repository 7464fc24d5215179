package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DynamicMessage;
import io.github.grpconce.Guard;
import io.github.grpconce.LogCapture;
import io.github.grpconce.TestMethods;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What operators hear of services that don't get what they were given to the guard for. */
@StoreTest
class RegistrationLinesTest {

  private static final MethodDescriptor<DynamicMessage, DynamicMessage> BIDIRECTIONAL =
      TestMethods.method(MethodType.BIDI_STREAMING, TestMethods.guarded());

  private static final String TRANSFER = StepsServiceGrpc.getTransferMethod().getFullMethodName();

  @AutoClose private final LedgerServer server = new LedgerServer();
  @AutoClose private final LogCapture log = LogCapture.start();
  private final AtomicLong nanos = new AtomicLong();
  private final ServerServiceDefinition steps = new Answering().bindService();

  private static final class Answering extends StepsServiceGrpc.StepsServiceImplBase {

    @Override
    public void transfer(AddRequest request, StreamObserver<Balance> observer) {
      observer.onNext(Balance.getDefaultInstance());
      observer.onCompleted();
    }
  }

  private IdempotencyServerInterceptor guard(UnaryOperator<ServerInterceptorBuilder> options) {
    return server.interceptor(builder -> options.apply(builder.ticker(nanos::get)));
  }

  private IdempotencyServerInterceptor guard() {
    return guard(options -> options);
  }

  private List<String> told() {
    return log.seenOf(SeldomLog.class);
  }

  private void transfer(IdempotencyServerInterceptor guard, ServerServiceDefinition service) {
    OpenCall<AddRequest, Balance> call =
        OpenCall.open(guard, service, StepsServiceGrpc.getTransferMethod(), headers("id"));
    call.send(add("alice", 5)).halfClose();
    assertEquals(Status.Code.OK, call.code());
    call.end();
  }

  @Test
  void stepsMethodThatIsOnlyIntercepted_isNamedAtItsFirstCall() {
    IdempotencyServerInterceptor guard = guard();
    transfer(guard, steps);
    nanos.addAndGet(Duration.ofDays(1).toNanos());
    transfer(guard, steps);

    assertEquals(List.of(LogLine.NOT_RESUMABLE.with(TRANSFER)), told());
  }

  @Test
  void stepsMethodOfAGuardedService_isNotNamed() {
    IdempotencyServerInterceptor guard = guard();
    var unused = guard.guard(steps);
    transfer(guard, steps);
    guard.close();

    assertEquals(List.of(), told());
  }

  /** Whoever wants nothing resumed need not hear that it can't be. */
  @Test
  void stepsMethodWhereNothingIsResumedAnyway_isNotNamed() {
    transfer(guard(ServerInterceptorBuilder::withoutRecovery), steps);

    assertEquals(List.of(), told());
  }

  @Test
  void serviceOfWhichNothingIsGuarded_isNamedWhereItIsRegistered() {
    var unused = guard(options -> options.unguarded(BIDIRECTIONAL)).guard(service(BIDIRECTIONAL));

    assertEquals(
        List.of(
            LogLine.NOTHING_GUARDED.with(
                MethodDescriptor.extractFullServiceName(BIDIRECTIONAL.getFullMethodName()))),
        told());
  }

  @Test
  void serviceOfWhichOneMethodIsGuardedByTheBuilder_isNotNamed() {
    var unused =
        guard(
                options ->
                    options
                        .unguarded(LedgerServiceGrpc.getAddMethod())
                        .guard(LedgerServiceGrpc.getAddUnguardedMethod(), Guard.transaction()))
            .guard(server.ledger);

    assertEquals(List.of(), told());
  }

  @Test
  void methodThatCannotHaveItsGuard_isNamedWithTheReasonAtItsCalls() {
    IdempotencyServerInterceptor guard = guard();
    callUnimplemented(guard);
    callUnimplemented(guard);

    assertEquals(1, told().size(), told()::toString);
    String name = BIDIRECTIONAL.getFullMethodName();
    String start = LogLine.MISGUARDED.with(name, name + " is bidirectional and can't be guarded");
    assertTrue(told().get(0).startsWith(start), told()::toString);
  }

  private static void callUnimplemented(IdempotencyServerInterceptor guard) {
    OpenCall<DynamicMessage, DynamicMessage> call =
        OpenCall.open(guard, service(BIDIRECTIONAL), BIDIRECTIONAL, headers("id"));
    assertEquals(Status.Code.UNIMPLEMENTED, call.code());
    call.end();
  }

  private static ServerServiceDefinition service(
      MethodDescriptor<DynamicMessage, DynamicMessage> method) {
    return ServerServiceDefinition.builder(TestMethods.service(method))
        .addMethod(method, ServerCalls.asyncBidiStreamingCall(responses -> responses))
        .build();
  }
}
