package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import io.github.grpconce.Wait;
import io.github.grpconce.client.HedgingPolicy;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.client.RetryServiceConfig;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.Server;
import io.grpc.StatusOr;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One channel that spreads a call's hedges over two servers of one database. */
@StoreTest
class HedgesOverTwoServersTest {

  private static final AddRequest REQUEST = add("alice", 5);

  private final Database store = TestStore.open(EmbeddedDatabase::inMemory);
  private final Ledger ledger = new Ledger();
  private final Transfers transfers = new Transfers();
  private final EntryCounter atOne = new EntryCounter();
  private final EntryCounter atOther = new EntryCounter();
  private Server one;
  private Server other;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    one = serve(atOne);
    other = serve(atOther);
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget("both:///servers").usePlaintext();
    RetryServiceConfig.newBuilder()
        .services(LedgerServiceGrpc.getServiceDescriptor(), StepsServiceGrpc.getServiceDescriptor())
        .policy(HedgingPolicy.after(Duration.ofMillis(1)))
        .applyTo(builder);
    channel = overBoth(builder).defaultLoadBalancingPolicy("round_robin").build();
    Wait.until(this::areBothReached);
  }

  /** Until a server is connected, nothing is sent to it. */
  private boolean areBothReached() {
    var unused = LedgerServiceGrpc.newBlockingStub(channel).get(REQUEST);
    return atOne.entered() > 0 && atOther.entered() > 0;
  }

  @SuppressWarnings("deprecation") // The registry that is offered instead is one for all channels.
  private NettyChannelBuilder overBoth(NettyChannelBuilder builder) {
    return builder.nameResolverFactory(new Both()).intercept(IdempotencyClientInterceptor.create());
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    one.shutdownNow();
    other.shutdownNow();
    store.close();
  }

  private Server serve(EntryCounter entries) throws IOException {
    IdempotencyServerInterceptor guard =
        IdempotencyServerInterceptor.newBuilder(store, LedgerServer.RECORDS)
            .withoutRecovery()
            .build();
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(guard.guard(ledger))
        .addService(guard.guard(transfers))
        .intercept(entries)
        .build()
        .start();
  }

  /** Both servers execute it, and the store decides whose effect it is. */
  @Test
  void callInATransaction_takesEffectOnce() {
    ledger.always(
        (request, observer) -> {
          Wait.until(() -> ledger.executions() >= 2);
          ledger.addAndAnswer(request, observer);
        });

    assertEquals(5, LedgerServiceGrpc.newBlockingStub(channel).add(REQUEST).getAmount());

    assertEquals(5, ledger.balance(store, "alice"));
  }

  @Test
  void callInSteps_takesEffectOnce() {
    for (int i = 0; i < 2; i++) {
      transfers.next(
          (request, call) -> {
            Wait.until(() -> transfers.executions() >= 2);
            Transfers.take(request, call);
            return Transfers.give(request, call);
          });
    }

    assertEquals(5, StepsServiceGrpc.newBlockingStub(channel).transfer(REQUEST).getAmount());

    assertEquals(5, Transfers.sum(store, "taken"));
    assertEquals(5, Transfers.sum(store, "given"));
  }

  /** The loser of one call is cancelled; what others have joined on its server goes on. */
  @Test
  void manyCallsInSteps_takeEffectOnceEach() {
    for (int i = 0; i < 20; i++) {
      assertEquals(5, StepsServiceGrpc.newBlockingStub(channel).transfer(REQUEST).getAmount());
    }

    assertEquals(100, Transfers.sum(store, "taken"));
    assertEquals(100, Transfers.sum(store, "given"));
    Wait.until(() -> Transfers.count(store, 'p') == 0);
  }

  /** Resolves every name to both servers. */
  private final class Both extends NameResolver.Factory {

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
      return new NameResolver() {
        @Override
        public String getServiceAuthority() {
          return "both";
        }

        @Override
        public void start(Listener2 listener) {
          List<EquivalentAddressGroup> addresses =
              Stream.of(one, other)
                  .map(server -> new EquivalentAddressGroup(server.getListenSockets().get(0)))
                  .toList();
          listener.onResult(
              ResolutionResult.newBuilder()
                  .setAddressesOrError(StatusOr.fromValue(addresses))
                  .build());
        }

        @Override
        public void shutdown() {}
      };
    }

    @Override
    public String getDefaultScheme() {
      return "both";
    }
  }
}
