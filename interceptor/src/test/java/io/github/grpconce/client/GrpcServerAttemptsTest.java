package io.github.grpconce.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DynamicMessage;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.TestMethods;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts at gRPC's own servers, in process and on Netty. */
class GrpcServerAttemptsTest {

  /** Only a test that fails waits so long. */
  private static final long PATIENCE_SECONDS = 20;

  private static final MethodDescriptor<DynamicMessage, DynamicMessage> METHOD =
      TestMethods.unary(TestMethods.guarded());

  private static final DynamicMessage REQUEST = TestMethods.request(METHOD, "", "name");

  private final String name = InProcessServerBuilder.generateName();
  private final List<String> requestIds = Collections.synchronizedList(new ArrayList<>());
  private final List<Server> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(Server::shutdownNow);
  }

  @Test
  void inProcess_retriesCarryTheSameId() throws Exception {
    start(InProcessServerBuilder.forName(name), failing(Status.UNAVAILABLE, 2));
    call(channel(InProcessChannelBuilder.forName(name), retry()));
    assertAttempts(3);
  }

  @Test
  void inProcess_hedgesCarryTheSameId() throws Exception {
    start(InProcessServerBuilder.forName(name), silent(2));
    AttemptPolicy hedging = HedgingPolicy.after(Duration.ofMillis(1));
    call(channel(InProcessChannelBuilder.forName(name), hedging));
    assertAttempts(3);
  }

  @Test
  void waitingForAServer_makesOneAttemptWhenItIsThere() throws Exception {
    ManagedChannel channel = channel(InProcessChannelBuilder.forName(name), retry());
    Future<DynamicMessage> answer =
        ClientCalls.futureUnaryCall(channel.newCall(METHOD, options().withWaitForReady()), REQUEST);
    awaitTransientFailure(channel);
    start(InProcessServerBuilder.forName(name), failing(Status.UNAVAILABLE, 0));
    channel.resetConnectBackoff();
    assertEquals(REQUEST, answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertAttempts(1);
  }

  private static void awaitTransientFailure(ManagedChannel channel) throws InterruptedException {
    ConnectivityState state = channel.getState(true);
    while (state != ConnectivityState.TRANSIENT_FAILURE) {
      CountDownLatch changed = new CountDownLatch(1);
      channel.notifyWhenStateChanged(state, changed::countDown);
      assertTrue(changed.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
      state = channel.getState(false);
    }
  }

  /** As a process does that is told to end and doesn't wait for its calls. */
  @Test
  void aServerThatIsShutDownAtOnce_losesItsAnswers() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    ServerCallHandler<DynamicMessage, DynamicMessage> handler =
        (call, headers) -> {
          arrived.countDown();
          return new ServerCall.Listener<>() {};
        };
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Server server = start(NettyServerBuilder.forAddress(loopback), handler);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("localhost", server.getPort()).usePlaintext().build();
    channels.add(channel);
    Future<DynamicMessage> answer =
        ClientCalls.futureUnaryCall(channel.newCall(METHOD, options()), REQUEST);
    assertTrue(arrived.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    server.shutdownNow();
    var failure =
        assertThrows(Exception.class, () -> answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    Status.Code code = Status.fromThrowable(failure).getCode();
    assertTrue(AttemptPolicy.LOST_ANSWER.contains(code), code.name());
  }

  private static AttemptPolicy retry() {
    return RetryPolicy.standard().withBackoff(Duration.ofMillis(1), Duration.ofMillis(1));
  }

  private Server start(
      ServerBuilder<?> builder, ServerCallHandler<DynamicMessage, DynamicMessage> handler)
      throws Exception {
    Server server =
        builder
            .addService(
                ServerServiceDefinition.builder(TestMethods.SERVICE)
                    .addMethod(METHOD, handler)
                    .build())
            .build()
            .start();
    servers.add(server);
    return server;
  }

  private ManagedChannel channel(ManagedChannelBuilder<?> builder, AttemptPolicy policy) {
    RetryServiceConfig.newBuilder()
        .services(TestMethods.service(METHOD))
        .policy(policy)
        .applyTo(builder);
    ManagedChannel channel = builder.intercept(IdempotencyClientInterceptor.create()).build();
    channels.add(channel);
    return channel;
  }

  private static void call(ManagedChannel channel) {
    assertEquals(REQUEST, ClientCalls.blockingUnaryCall(channel, METHOD, options(), REQUEST));
  }

  private static CallOptions options() {
    return CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void assertAttempts(int count) {
    assertEquals(Collections.nCopies(count, requestIds.get(0)), requestIds);
  }

  private ServerCallHandler<DynamicMessage, DynamicMessage> failing(Status status, int attempts) {
    return (call, headers) -> {
      boolean fails = arrive(headers) <= attempts;
      return new AtHalfClose(
          call,
          () -> {
            if (fails) {
              call.close(status, new Metadata());
            } else {
              answer(call);
            }
          });
    };
  }

  private ServerCallHandler<DynamicMessage, DynamicMessage> silent(int attempts) {
    return (call, headers) -> {
      boolean answers = arrive(headers) > attempts;
      return new AtHalfClose(
          call,
          () -> {
            if (answers) {
              answer(call);
            }
          });
    };
  }

  /** Returns which attempt this is, from 1. */
  private int arrive(Metadata headers) {
    synchronized (requestIds) {
      requestIds.add(headers.get(IdempotencyHeaders.REQUEST_ID));
      return requestIds.size();
    }
  }

  private static void answer(ServerCall<DynamicMessage, DynamicMessage> call) {
    call.sendHeaders(new Metadata());
    call.sendMessage(REQUEST);
    call.close(Status.OK, new Metadata());
  }

  /** Does something when the request is there. */
  private static final class AtHalfClose extends ServerCall.Listener<DynamicMessage> {

    private final Runnable action;

    AtHalfClose(ServerCall<?, ?> call, Runnable action) {
      this.action = action;
      call.request(2);
    }

    @Override
    public void onHalfClose() {
      action.run();
    }
  }
}
