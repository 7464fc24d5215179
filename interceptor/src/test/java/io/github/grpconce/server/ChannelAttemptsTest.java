package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.Wait;
import io.github.grpconce.client.AttemptPolicy;
import io.github.grpconce.client.HedgingPolicy;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.client.RetryPolicy;
import io.github.grpconce.client.RetryServiceConfig;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What gRPC's own retries and hedges come to, with both interceptors. */
@StoreTest
class ChannelAttemptsTest {

  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final LedgerServer server = new LedgerServer();

  @ParameterizedTest
  @EnumSource(LedgerServer.Transport.class)
  void retriesAfterLostAnswers_addOnce(LedgerServer.Transport transport) {
    LostAnswers lost = new LostAnswers(2);
    Channel channel =
        server.start(transport, options -> options, attempting(RetryPolicy.standard()), lost);

    assertEquals(5, stub(channel).add(REQUEST).getAmount());

    assertEquals(3, lost.attempts());
    assertEquals(1, server.ledger.executions());
    assertEquals(5, server.balance("alice"));
  }

  @ParameterizedTest
  @EnumSource(LedgerServer.Transport.class)
  void hedgesOnOneServer_joinOneExecution(LedgerServer.Transport transport) {
    server.ledger.next(
        (request, observer) -> {
          // All three attempts are there before the first is answered.
          Wait.until(() -> server.entries.entered() == 3);
          server.ledger.addAndAnswer(request, observer);
        });
    Channel channel =
        server.start(
            transport, options -> options, attempting(HedgingPolicy.after(Duration.ofMillis(1))));

    assertEquals(5, stub(channel).add(REQUEST).getAmount());

    assertEquals(1, server.ledger.executions());
    assertEquals(5, server.balance("alice"));
  }

  @Test
  void retryAfterConflictsAndLostAnswers_addsOnce() {
    server.faults.dropNextCommit(1020).landNextCommit(1021).dropNextCommit(1039);
    Channel channel =
        server.start(
            LedgerServer.Transport.NETTY,
            options -> options,
            attempting(RetryPolicy.standard()),
            new LostAnswers(1));

    for (int call = 1; call <= 3; call++) {
      assertEquals(5L * call, stub(channel).add(REQUEST).getAmount());
    }
    assertEquals(15, server.balance("alice"));
  }

  /** The connection says that the attempt was never processed, although it was. */
  @Test
  void transparentRetryOfAnAttemptThatWasExecuted_addsOnce() throws Exception {
    try (MisleadingRelay relay = new MisleadingRelay(server.startOnLoopback())) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress(relay.address())
              .usePlaintext()
              .intercept(IdempotencyClientInterceptor.create())
              .build();
      try {
        assertEquals(5, stub(channel).add(REQUEST).getAmount());
      } finally {
        channel.shutdownNow();
      }
      assertEquals(2, relay.connections());
      assertEquals(1, server.ledger.executions());
      assertEquals(5, server.balance("alice"));
    }
  }

  private static UnaryOperator<ManagedChannelBuilder<?>> attempting(AttemptPolicy policy) {
    return builder -> {
      RetryServiceConfig.newBuilder()
          .services(LedgerServiceGrpc.getServiceDescriptor())
          .policy(policy)
          .applyTo(builder);
      return builder.intercept(IdempotencyClientInterceptor.create());
    };
  }

  /** Answers the first attempts with UNAVAILABLE, after they have taken effect. */
  private static final class LostAnswers implements ServerInterceptor {

    private final AtomicInteger attempts = new AtomicInteger();
    private final int lost;

    LostAnswers(int lost) {
      this.lost = lost;
    }

    int attempts() {
      return attempts.get();
    }

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      boolean loses = attempts.incrementAndGet() <= lost;
      return next.startCall(loses ? new LosingCall<>(call) : call, headers);
    }
  }

  private static final class LosingCall<ReqT, RespT>
      extends SimpleForwardingServerCall<ReqT, RespT> {

    LosingCall(ServerCall<ReqT, RespT> delegate) {
      super(delegate);
    }

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(RespT message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(Status.UNAVAILABLE.withDescription("lost"), new Metadata());
    }
  }
}
