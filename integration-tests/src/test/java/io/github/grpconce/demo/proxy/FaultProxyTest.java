package io.github.grpconce.demo.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.collect.Iterators;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FaultProxyTest {

  private static final FaultPlan LOSE_ALL =
      (content, attempt) -> Fault.of(Fault.Kind.LOSE_RESPONSE);

  private final AtomicReference<FaultPlan> plan = new AtomicReference<>(FaultPlan.NO_FAULTS);
  private EchoServer server;
  private FaultProxy proxy;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server = new EchoServer();
    proxy =
        FaultProxy.start(
            server.address(), (content, attempt) -> plan.get().faultFor(content, attempt));
    channel = channelTo(proxy.port());
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    proxy.close();
    server.close();
  }

  @Test
  void withoutFaults_callsPassUnchanged() {
    assertEquals("hello", echo("hello"));
    byte[] large = new byte[3_000_000];
    large[2_999_999] = 7;
    assertArrayEquals(large, call(channel, EchoServer.ECHO, large));
    assertEquals(100, count(channel, new byte[] {100, 1, 2}));
    assertEquals(Status.Code.FAILED_PRECONDITION, statusOf(EchoServer.REFUSE, "x").getCode());
    assertEquals(1, server.connections());
  }

  @Test
  void lostResponse_wasProcessedAndLooksUnavailable() {
    plan.set(LOSE_ALL);
    assertEquals(Status.Code.UNAVAILABLE, statusOf(EchoServer.ECHO, "paid").getCode());
    assertEquals(List.of("paid"), server.requests());
    assertEquals(new FaultTally(1, 1, 0, 0), proxy.tally());
  }

  @Test
  void lostRefusal_looksUnavailableToo() {
    plan.set(LOSE_ALL);
    assertEquals(Status.Code.UNAVAILABLE, statusOf(EchoServer.REFUSE, "poor").getCode());
    assertEquals(List.of("poor"), server.requests());
  }

  @Test
  void lostResponse_isRetriedByTheChannelsRetryPolicy() throws Exception {
    plan.set((content, attempt) -> attempt < 3 ? LOSE_ALL.faultFor(content, attempt) : Fault.NONE);
    ManagedChannel retrying = retryingChannelTo(proxy.port());
    byte[] answer = call(retrying, EchoServer.ECHO, "again".getBytes(UTF_8));
    retrying.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    assertEquals("again", new String(answer, UTF_8));
    assertEquals(List.of("again", "again", "again"), server.requests());
  }

  @Test
  void lostResponses_leaveTheConnectionAndItsHeadersIntact() {
    for (int i = 0; i < 200; i++) {
      boolean lose = i % 3 == 0;
      plan.set(lose ? LOSE_ALL : FaultPlan.NO_FAULTS);
      if (lose) {
        statusOf(EchoServer.ECHO, "lost " + i);
      } else {
        assertEchoesMetadata("value of call " + i);
      }
    }
    assertEquals(1, server.connections());
  }

  @Test
  void lostResponses_giveTheirFlowControlWindowBack() {
    plan.set(LOSE_ALL);
    byte[] large = new byte[500_000];
    for (int i = 0; i < 20; i++) {
      large[0] = (byte) i;
      assertThrows(StatusRuntimeException.class, () -> call(channel, EchoServer.ECHO, large));
    }
    plan.set(FaultPlan.NO_FAULTS);
    assertArrayEquals(large, call(channel, EchoServer.ECHO, large));
    assertEquals(1, server.connections());
  }

  @Test
  void lostStream_losesAllItsMessages() {
    plan.set(LOSE_ALL);
    assertThrows(StatusRuntimeException.class, () -> count(channel, new byte[] {50, 1}));
    plan.set(FaultPlan.NO_FAULTS);
    assertEquals(50, count(channel, new byte[] {50, 1}));
  }

  @Test
  void concurrentCalls_meetTheirOwnFaultsOnly() {
    plan.set(new SeededFaults(42, 0.3, 0, 0.1, Duration.ofMillis(2)));
    List<CompletableFuture<Boolean>> calls =
        IntStream.range(0, 300).mapToObj(i -> succeeds("concurrent " + i)).toList();
    long answered = calls.stream().filter(CompletableFuture::join).count();
    assertEquals(300, server.requests().size());
    assertEquals(300 - proxy.tally().lostResponses(), answered);
    assertEquals(1, server.connections());
  }

  @Test
  void resetAtRequest_neverReachesTheHandler() {
    plan.set((content, attempt) -> Fault.of(Fault.Kind.RESET_AT_REQUEST));
    assertEquals(Status.Code.UNAVAILABLE, statusOf(EchoServer.ECHO, "unheard").getCode());
    plan.set(FaultPlan.NO_FAULTS);
    assertEquals("heard", echo("heard"));
    assertEquals(List.of("heard"), server.requests());
    assertEquals(2, server.connections());
  }

  @Test
  void resetAtResponse_wasProcessed() {
    plan.set((content, attempt) -> Fault.of(Fault.Kind.RESET_AT_RESPONSE));
    assertEquals(Status.Code.UNAVAILABLE, statusOf(EchoServer.ECHO, "heard").getCode());
    assertEquals(List.of("heard"), server.requests());
    assertEquals(new FaultTally(1, 0, 1, 0), proxy.tally());
  }

  @Test
  void attempts_areCountedByContent() {
    plan.set((content, attempt) -> attempt == 1 ? LOSE_ALL.faultFor(content, 1) : Fault.NONE);
    for (String content : List.of("a", "b", "c")) {
      assertEquals(Status.Code.UNAVAILABLE, statusOf(EchoServer.ECHO, content).getCode());
      assertEquals(content, echo(content));
    }
  }

  @Test
  void serverThatComesLater_isFound() throws Exception {
    InetSocketAddress address = unusedAddress();
    try (FaultProxy early = FaultProxy.start(address, FaultPlan.NO_FAULTS)) {
      ManagedChannel waiting = channelTo(early.port());
      assertThrows(
          StatusRuntimeException.class, () -> call(waiting, EchoServer.ECHO, new byte[] {1}));
      try (EchoServer late = new EchoServer(address.getPort())) {
        CallOptions patient = withDeadline().withWaitForReady();
        ClientCalls.blockingUnaryCall(waiting, EchoServer.ECHO, patient, new byte[] {2});
        assertEquals(List.of("\u0002"), late.requests());
      }
      waiting.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  /** UNAVAILABLE, or UNKNOWN where the channel was just about to write. */
  @Test
  void serverThatGoesAway_isNoticed() throws Exception {
    assertEquals("here", echo("here"));
    server.close();
    server.awaitEnd();
    assertNotEquals(Status.Code.OK, statusOf(EchoServer.ECHO, "gone").getCode());
  }

  @Test
  void closedProxy_refusesConnections() {
    assertEquals("open", echo("open"));
    proxy.close();
    assertNotEquals(Status.Code.OK, statusOf(EchoServer.ECHO, "closed").getCode());
  }

  private String echo(String content) {
    return new String(call(channel, EchoServer.ECHO, content.getBytes(UTF_8)), UTF_8);
  }

  private Status statusOf(MethodDescriptor<byte[], byte[]> method, String content) {
    return assertThrows(
            StatusRuntimeException.class, () -> call(channel, method, content.getBytes(UTF_8)))
        .getStatus();
  }

  private CompletableFuture<Boolean> succeeds(String content) {
    return CompletableFuture.supplyAsync(
            () -> call(channel, EchoServer.ECHO, content.getBytes(UTF_8)))
        .handle((answer, failure) -> failure == null);
  }

  private void assertEchoesMetadata(String value) {
    Metadata sent = new Metadata();
    sent.put(EchoServer.ECHOED, value);
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    Channel observed =
        ClientInterceptors.intercept(
            channel,
            MetadataUtils.newCaptureMetadataInterceptor(headers, trailers),
            MetadataUtils.newAttachHeadersInterceptor(sent));
    call(observed, EchoServer.ECHO, value.getBytes(UTF_8));
    assertEquals(value, headers.get().get(EchoServer.ECHOED));
    assertEquals(value, trailers.get().get(EchoServer.ECHOED));
  }

  private static byte[] call(
      Channel channel, MethodDescriptor<byte[], byte[]> method, byte[] request) {
    return ClientCalls.blockingUnaryCall(channel, method, withDeadline(), request);
  }

  private static int count(Channel channel, byte[] request) {
    return Iterators.size(
        ClientCalls.blockingServerStreamingCall(
            channel, EchoServer.REPEAT, withDeadline(), request));
  }

  private static CallOptions withDeadline() {
    return CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private static ManagedChannel channelTo(int port) {
    return Grpc.newChannelBuilderForAddress("localhost", port, InsecureChannelCredentials.create())
        .disableRetry()
        .build();
  }

  private static ManagedChannel retryingChannelTo(int port) {
    Map<String, ?> policy =
        Map.of(
            "maxAttempts",
            4.0,
            "initialBackoff",
            "0.001s",
            "maxBackoff",
            "0.01s",
            "backoffMultiplier",
            1.0,
            "retryableStatusCodes",
            List.of("UNAVAILABLE"));
    Map<String, ?> method = Map.of("name", List.of(Map.of()), "retryPolicy", policy);
    return Grpc.newChannelBuilderForAddress("localhost", port, InsecureChannelCredentials.create())
        .defaultServiceConfig(Map.of("methodConfig", List.of(method)))
        .enableRetry()
        .build();
  }

  private static InetSocketAddress unusedAddress() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }
}
