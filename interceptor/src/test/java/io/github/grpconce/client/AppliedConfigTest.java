package io.github.grpconce.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a real channel does that a config was applied to. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AppliedConfigTest {

  private static final int CALLS = 30;
  private static final int REQUEST_BYTES = 900_000;

  private final Unsteady ledger = new Unsteady();
  private Server server;

  /** Fails the first attempts, all together once so many have come, and answers all others. */
  private static final class Unsteady extends LedgerServiceGrpc.LedgerServiceImplBase {

    private final Queue<StreamObserver<Balance>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile int failing = 1;

    @Override
    public void add(AddRequest request, StreamObserver<Balance> observer) {
      int attempt = attempts.incrementAndGet();
      if (attempt > failing) {
        observer.onNext(Balance.getDefaultInstance());
        observer.onCompleted();
        return;
      }
      waiting.add(observer);
      if (attempt == failing) {
        waiting.forEach(each -> each.onError(Status.UNAVAILABLE.asRuntimeException()));
      }
    }
  }

  @BeforeEach
  void serve() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = NettyServerBuilder.forAddress(anyPort).addService(ledger).build().start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }

  @Test
  void manyLargeRequestsAtOnce_allHaveFurtherAttempts() throws Exception {
    assertEquals(0, lostOfManyLargeCalls(builder -> builder));
  }

  /** What applyTo spares its users; should gRPC spare them it, this can go. */
  @Test
  void manyLargeRequestsAtOnce_withGrpcsOwnBuffer_haveNot() throws Exception {
    int lost = lostOfManyLargeCalls(builder -> builder.limits(ChannelLimits.STANDARD));
    assertTrue(lost > 0, "all had further attempts");
  }

  private int lostOfManyLargeCalls(UnaryOperator<RetryServiceConfig.Builder> options)
      throws InterruptedException {
    ledger.failing = CALLS;
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address()).usePlaintext();
    options.apply(config()).applyTo(builder);
    ManagedChannel channel = builder.build();
    try {
      AddRequest request =
          AddRequest.newBuilder().setAccount("x".repeat(REQUEST_BYTES)).setAmount(1).build();
      List<ListenableFuture<Balance>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        calls.add(LedgerServiceGrpc.newFutureStub(channel).add(request));
      }
      int lost = 0;
      for (ListenableFuture<Balance> call : calls) {
        lost += isAnswered(call) ? 0 : 1;
      }
      return lost;
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean isAnswered(ListenableFuture<Balance> call) throws InterruptedException {
    try {
      call.get();
      return true;
    } catch (ExecutionException e) {
      assertEquals(Status.Code.UNAVAILABLE, Status.fromThrowable(e.getCause()).getCode());
      return false;
    }
  }

  /** Nobody has checked what comes with the name resolution. */
  @Test
  void aConfigOfTheNameResolution_isKeptOut() {
    callThroughResolver(config());
    assertEquals(2, ledger.attempts.get());
  }

  /** As for xds, whose name resolution says where calls go. */
  @Test
  void keepLookUp_letsTheConfigOfTheNameResolutionIn() {
    assertThrows(StatusRuntimeException.class, () -> callThroughResolver(config().keepLookUp()));
    assertEquals(1, ledger.attempts.get());
  }

  private void callThroughResolver(RetryServiceConfig.Builder config) {
    Resolution resolution = new Resolution(address());
    NameResolverRegistry.getDefaultRegistry().register(resolution);
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget("appliedconfigtest:///ledger").usePlaintext();
    config.applyTo(builder);
    ManagedChannel channel = builder.build();
    try {
      Balance unused =
          LedgerServiceGrpc.newBlockingStub(channel).add(AddRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
      NameResolverRegistry.getDefaultRegistry().deregister(resolution);
    }
  }

  private static RetryServiceConfig.Builder config() {
    return RetryServiceConfig.newBuilder().services(LedgerServiceGrpc.getServiceDescriptor());
  }

  private SocketAddress address() {
    return server.getListenSockets().get(0);
  }

  /** A name resolution whose service config retries nothing. */
  private static final class Resolution extends NameResolverProvider {

    private final SocketAddress address;

    Resolution(SocketAddress address) {
      this.address = address;
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
      return new NameResolver() {
        @Override
        public String getServiceAuthority() {
          return "ledger";
        }

        @Override
        public void start(Listener2 listener) {
          listener.onResult(
              ResolutionResult.newBuilder()
                  .setAddressesOrError(
                      StatusOr.fromValue(List.of(new EquivalentAddressGroup(address))))
                  .setServiceConfig(args.getServiceConfigParser().parseServiceConfig(Map.of()))
                  .build());
        }

        @Override
        public void shutdown() {}
      };
    }

    @Override
    public String getDefaultScheme() {
      return "appliedconfigtest";
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
      return Set.of(InetSocketAddress.class);
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 5;
    }
  }
}
