package io.github.grpconce.demo.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.demo.Wait;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LinkTest {

  private final List<ManagedChannel> channels = new ArrayList<>();
  private EchoServer server;
  private FaultProxy proxy;
  private ManagedChannel channel;

  @BeforeEach
  void connect() throws Exception {
    server = new EchoServer();
    proxy = FaultProxy.start(server.address(), FaultPlan.NO_FAULTS);
    channel = channelTo(proxy.port());
    assertEquals("hello", echo("hello"));
  }

  @AfterEach
  void disconnect() {
    channels.forEach(ManagedChannel::shutdownNow);
    proxy.close();
    server.close();
  }

  @Test
  void cut_resetsConnections_andLaterOnesAreAsGoodAsEver() throws Exception {
    proxy.link().cut();
    awaitReconnection();
    assertEquals(2, server.connections());
    assertEquals(1, proxy.tally().resets());
  }

  @Test
  void stalledResponses_arriveOnceTheLinkHeals() throws Exception {
    proxy.link().stall(Direction.RESPONSES);
    Future<byte[]> answer = echoLater("heard");
    Wait.until(
        "the server has heard", Duration.ofSeconds(30), () -> server.requests().contains("heard"));
    assertFalse(answer.isDone());
    proxy.link().heal();
    assertEquals("heard", new String(answer.get(), UTF_8));
    assertEquals(1, server.connections());
  }

  @Test
  void stalledRequests_arriveOnceTheLinkHeals() throws Exception {
    proxy.link().stall(Direction.REQUESTS);
    Future<byte[]> answer = echoLater("late");
    try (FaultProxy other = FaultProxy.start(server.address(), FaultPlan.NO_FAULTS)) {
      ManagedChannel overtaking = channelTo(other.port());
      for (int i = 0; i < 100; i++) {
        ClientCalls.blockingUnaryCall(overtaking, EchoServer.ECHO, patient(), new byte[] {1});
      }
    }
    assertFalse(server.requests().contains("late"));
    proxy.link().heal();
    assertEquals("late", new String(answer.get(), UTF_8));
  }

  @Test
  void closedProxy_keepsNobodyWaitingAtAStalledLink() {
    proxy.link().stall(Direction.REQUESTS);
    Future<byte[]> answer = echoLater("lost");
    proxy.close();
    assertThrows(Exception.class, answer::get);
  }

  @Test
  void strandedClient_hearsNothing_andLearnsSoWhenTheLinkHeals() throws Exception {
    proxy.link().strand();
    StatusRuntimeException silence =
        assertThrows(
            StatusRuntimeException.class,
            () -> echo("unheard", CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.SECONDS)));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, silence.getStatus().getCode());
    proxy.link().heal();
    awaitReconnection();
    assertFalse(server.requests().contains("unheard"));
    assertEquals(2, server.connections());
  }

  @Test
  void slowLink_holdsEachFrame() {
    proxy.link().slow(Duration.ofMillis(50), 1_000);
    long begin = System.nanoTime();
    echo("x".repeat(100));
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    // Each way at least a header block and a message, which alone takes another tenth of a second.
    assertTrue(took.compareTo(Duration.ofMillis(4 * 50 + 2 * 100)) >= 0, took::toString);
  }

  @Test
  void healedLink_isNotSlowAnyMore() {
    proxy.link().slow(Duration.ofHours(1), 1);
    proxy.link().heal();
    assertEquals("quick", echo("quick"));
  }

  @Test
  void severalServers_getConnectionsInTurn_andOneThatIsAwayGetsNone() throws Exception {
    try (EchoServer second = new EchoServer();
        FaultProxy both =
            FaultProxy.start(List.of(server.address(), second.address()), FaultPlan.NO_FAULTS)) {
      for (int i = 0; i < 4; i++) {
        echoOverNewConnection(both);
      }
      assertEquals(1 + 2, server.connections());
      assertEquals(2, second.connections());
      server.close();
      server.awaitEnd();
      for (int i = 0; i < 4; i++) {
        echoOverNewConnection(both);
      }
      assertEquals(2 + 4, second.connections());
    }
  }

  /** A call that is sent before the channel has seen the reset fails of it. */
  private void awaitReconnection() throws Exception {
    Wait.until("there is a new connection", Duration.ofSeconds(30), this::isAnswered);
  }

  private boolean isAnswered() {
    try {
      return echo("again").equals("again");
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private void echoOverNewConnection(FaultProxy over) {
    ManagedChannel fresh = channelTo(over.port());
    ClientCalls.blockingUnaryCall(fresh, EchoServer.ECHO, patient(), new byte[] {1});
    fresh.shutdownNow();
  }

  private Future<byte[]> echoLater(String content) {
    return ClientCalls.futureUnaryCall(
        channel.newCall(EchoServer.ECHO, patient()), content.getBytes(UTF_8));
  }

  private String echo(String content) {
    return echo(content, patient());
  }

  private String echo(String content, CallOptions options) {
    return new String(
        ClientCalls.blockingUnaryCall(channel, EchoServer.ECHO, options, content.getBytes(UTF_8)),
        UTF_8);
  }

  private ManagedChannel channelTo(int port) {
    ManagedChannel fresh =
        Grpc.newChannelBuilderForAddress("localhost", port, InsecureChannelCredentials.create())
            .disableRetry()
            .build();
    channels.add(fresh);
    return fresh;
  }

  private static CallOptions patient() {
    return CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(50, TimeUnit.SECONDS);
  }
}
