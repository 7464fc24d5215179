package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DynamicMessage;
import io.github.grpconce.Guard;
import io.github.grpconce.TestMethods;
import io.github.grpconce.internal.method.GuardedMethods;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.GuardOptions;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is found out before any call, or at the first one. */
@StoreTest
class RegistrationTest {

  private static final MethodDescriptor<DynamicMessage, DynamicMessage> BIDIRECTIONAL =
      TestMethods.method(MethodType.BIDI_STREAMING, TestMethods.guarded());

  @AutoClose private final LedgerServer server = new LedgerServer();

  @Test
  void guardedBidirectionalMethod_isRefusedWhenItsServiceIsRegistered() {
    IdempotencyServerInterceptor interceptor = server.interceptor(options -> options);

    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> interceptor.guard(service(BIDIRECTIONAL)));

    assertTrue(refusal.getMessage().contains("bidirectional"), refusal.getMessage());
  }

  @Test
  void stepsWithoutRequestId_areRefusedWhenTheirServiceIsRegistered() {
    IdempotencyServerInterceptor interceptor = server.interceptor(options -> options);
    MethodDescriptor<DynamicMessage, DynamicMessage> method =
        TestMethods.unary(
            TestMethods.guarded(
                GuardOptions.newBuilder()
                    .setMode(GuardOptions.Mode.STEPS)
                    .setRequestId(GuardOptions.RequestIdPolicy.OPTIONAL)
                    .build()));

    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> interceptor.guard(service(method)));

    assertTrue(refusal.getMessage().contains("request ID"), refusal.getMessage());
  }

  @Test
  void callThatIsUnimplemented_mayBeSentMore() {
    IdempotencyServerInterceptor interceptor = server.interceptor(options -> options);

    OpenCall<DynamicMessage, DynamicMessage> call =
        OpenCall.open(
            interceptor, service(BIDIRECTIONAL), BIDIRECTIONAL, LedgerServer.headers("id"));
    call.send(TestMethods.request(BIDIRECTIONAL, "", "alice")).halfClose();

    assertEquals(Status.Code.UNIMPLEMENTED, call.code());
    call.end();
  }

  @Test
  void guardedBidirectionalMethod_isUnimplementedAtTheCall() {
    IdempotencyServerInterceptor interceptor = server.interceptor(options -> options);
    Channel channel =
        server.startUnchecked(ServerInterceptors.intercept(service(BIDIRECTIONAL), interceptor));

    StatusRuntimeException failure =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingServerStreamingCall(
                        channel.newCall(
                            BIDIRECTIONAL.toBuilder().setType(MethodType.SERVER_STREAMING).build(),
                            CallOptions.DEFAULT),
                        TestMethods.request(BIDIRECTIONAL, "", ""))
                    .hasNext());

    assertEquals(Status.Code.UNIMPLEMENTED, failure.getStatus().getCode());
  }

  @Test
  void methodsNeitherGuardedNorSafe_areNamedOnceAtRegistration() {
    List<String> logged =
        logOf(
            () -> {
              Channel channel = server.start();
              stub(channel).addUnguarded(add("alice", 1));
              stub(channel).addUnguarded(add("alice", 1));
            });

    assertEquals(1, logged.size());
    assertTrue(
        logged.get(0).endsWith("LedgerService/AddUnguarded, grpconce.test.v1.LedgerService/Chat"),
        logged.get(0));
  }

  @Test
  void methodNeitherGuardedNorSafe_isNamedOnceAtItsFirstCall() {
    IdempotencyServerInterceptor interceptor = server.interceptor(options -> options);
    List<String> logged =
        logOf(
            () -> {
              Channel channel =
                  server.startUnchecked(ServerInterceptors.intercept(server.ledger, interceptor));
              stub(channel).addUnguarded(add("alice", 1));
              stub(channel).addUnguarded(add("alice", 1));
              stub(channel).get(add("alice", 1));
            });

    assertEquals(1, logged.size());
    assertTrue(logged.get(0).endsWith(": grpconce.test.v1.LedgerService/AddUnguarded"));
  }

  @Test
  void interceptedServer_guardsWithoutRegistration() {
    IdempotencyServerInterceptor interceptor = server.interceptor(options -> options);
    Channel channel =
        server.startUnchecked(ServerInterceptors.intercept(server.ledger, interceptor));

    assertEquals(5, stub(channel, "id").add(add("alice", 5)).getAmount());
    assertEquals(5, stub(channel, "id").add(add("alice", 5)).getAmount());
  }

  @Test
  void guardOfTheBuilder_goesBeforeTheDescriptors() {
    Channel channel =
        server.start(
            options ->
                options
                    .guard(LedgerServiceGrpc.getAddUnguardedMethod(), Guard.transaction())
                    .unguarded(LedgerServiceGrpc.getAddMethod()));

    stub(channel, "id").addUnguarded(add("alice", 5));
    stub(channel, "id").addUnguarded(add("alice", 5));

    assertEquals(1, server.faults.commits());
    // Without its guard, the handler has no transaction.
    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, "id").add(add("alice", 5)));
    assertEquals(Status.Code.UNKNOWN, failure.getStatus().getCode());
  }

  @Test
  void guardThatAMethodCannotHave_isRefusedByTheBuilder() {
    assertRefused(builder -> builder.guard(BIDIRECTIONAL, Guard.transaction()));
    assertRefused(builder -> builder.guard(LedgerServiceGrpc.getGetMethod(), Guard.transaction()));
  }

  @Test
  void limitsThatMakeNoSense_areRefused() {
    assertRefused(builder -> builder.maxRequestBytes(0));
    assertRefused(builder -> builder.maxResponseBytes(0));
    assertRefused(builder -> builder.maxResponseBytes((8 << 20) + 1));
    assertRefused(builder -> builder.maxJoiners(-1));
    assertRefused(builder -> builder.allowedSkew(Duration.ofNanos(-1)));
    assertRefused(builder -> builder.maxWait(Duration.ZERO));
    assertRefused(builder -> builder.storeTimeout(Duration.ofSeconds(5)));
    assertRefused(builder -> builder.retryPushback(Duration.ofNanos(-1)));
    assertRefused(builder -> builder.maxBufferedBytes(0));
    assertRefused(builder -> builder.maxWait(Duration.ofNanos(-1)));
    assertRefused(builder -> builder.lease(Duration.ofSeconds(1).minusNanos(1)));
    assertRefused(builder -> builder.lease(Duration.ofDays(1).plusNanos(1)));
    assertRefused(builder -> builder.recoveryLimit(Duration.ofSeconds(1).minusNanos(1)));
    assertRefused(builder -> builder.recoveryLimit(Duration.ofDays(1).plusNanos(1)));
    assertRefused(builder -> builder.allowedSkew(Duration.ofDays(36_525).plusNanos(1)));
    assertRefused(builder -> builder.maxWait(Duration.ofDays(1).plusNanos(1)));
    assertRefused(builder -> builder.storeTimeout(Duration.ofDays(1).plusNanos(1)));
    assertRefused(builder -> builder.retryPushback(Duration.ofDays(1).plusNanos(1)));
  }

  @Test
  void limitsAtTheirBounds_areAllowed() {
    assertAllowed(builder -> builder.maxRequestBytes(1));
    assertAllowed(builder -> builder.maxResponseBytes(1));
    assertAllowed(builder -> builder.maxResponseBytes(8 << 20));
    assertAllowed(builder -> builder.maxJoiners(0));
    assertAllowed(builder -> builder.allowedSkew(Duration.ZERO));
    assertAllowed(builder -> builder.maxWait(Duration.ofNanos(1)));
    assertAllowed(builder -> builder.storeTimeout(Duration.ofSeconds(5).plusNanos(1)));
    assertAllowed(builder -> builder.retryPushback(Duration.ZERO));
    assertAllowed(builder -> builder.maxBufferedBytes(1));
    assertAllowed(builder -> builder.lease(Duration.ofSeconds(1)));
    assertAllowed(builder -> builder.lease(Duration.ofDays(1)));
    assertAllowed(builder -> builder.recoveryLimit(Duration.ofSeconds(1)));
    assertAllowed(builder -> builder.recoveryLimit(Duration.ofDays(1)));
    assertAllowed(builder -> builder.allowedSkew(Duration.ofDays(36_525)));
    assertAllowed(builder -> builder.maxWait(Duration.ofDays(1)));
    assertAllowed(builder -> builder.storeTimeout(Duration.ofDays(1)));
    assertAllowed(builder -> builder.retryPushback(Duration.ofDays(1)));
  }

  private void assertAllowed(UnaryOperator<ServerInterceptorBuilder> option) {
    ServerInterceptorBuilder builder =
        IdempotencyServerInterceptor.newBuilder(server.store, RECORDS);
    assertSame(builder, option.apply(builder));
  }

  private void assertRefused(UnaryOperator<ServerInterceptorBuilder> option) {
    ServerInterceptorBuilder builder =
        IdempotencyServerInterceptor.newBuilder(server.store, RECORDS);
    assertThrows(IllegalArgumentException.class, () -> option.apply(builder));
  }

  private static ServerServiceDefinition service(
      MethodDescriptor<DynamicMessage, DynamicMessage> method) {
    return ServerServiceDefinition.builder(TestMethods.service(method))
        .addMethod(method, ServerCalls.asyncBidiStreamingCall(responses -> responses))
        .build();
  }

  private static List<String> logOf(Runnable action) {
    Logger logger = Logger.getLogger(GuardedMethods.class.getName());
    Lines lines = new Lines();
    logger.addHandler(lines);
    try {
      action.run();
    } finally {
      logger.removeHandler(lines);
    }
    return lines.lines;
  }

  private static final class Lines extends Handler {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord line) {
      lines.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
