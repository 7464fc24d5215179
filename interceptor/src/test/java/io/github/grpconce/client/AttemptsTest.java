package io.github.grpconce.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DynamicMessage;
import io.github.grpconce.RequestId;
import io.github.grpconce.TestMethods;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What gRPC does on Netty when answers are lost, and that all attempts carry one ID. */
class AttemptsTest {

  /** Only a test that fails waits so long. */
  private static final long PATIENCE_SECONDS = 20;

  private static final MethodDescriptor<DynamicMessage, DynamicMessage> METHOD =
      TestMethods.unary(TestMethods.guarded());

  /** Of a field of some hundred bytes: its tag, and two bytes for its length. */
  private static final int FIELD_OVERHEAD = 3;

  private static final AttemptPolicy RETRY =
      RetryPolicy.standard().withBackoff(Duration.ofMillis(1), Duration.ofMillis(1));

  private static final AttemptPolicy HEDGE = HedgingPolicy.after(Duration.ofMillis(1));

  static Stream<Arguments> lostStreams() {
    return Stream.of(
        Arguments.of("stream reset with CANCEL", Fault.reset(Http2Error.CANCEL), "CANCELLED"),
        Arguments.of(
            "stream reset with INTERNAL_ERROR", Fault.reset(Http2Error.INTERNAL_ERROR), "INTERNAL"),
        Arguments.of(
            "stream reset with PROTOCOL_ERROR", Fault.reset(Http2Error.PROTOCOL_ERROR), "INTERNAL"),
        Arguments.of("stream reset with NO_ERROR", Fault.reset(Http2Error.NO_ERROR), "UNAVAILABLE"),
        Arguments.of("stream without status", Fault.noStatus(), "UNKNOWN"),
        Arguments.of("proxy's 500", Fault.http(500), "UNKNOWN"),
        Arguments.of("proxy's 502", Fault.http(502), "UNAVAILABLE"),
        Arguments.of("proxy's 503", Fault.http(503), "UNAVAILABLE"),
        Arguments.of("proxy's 504", Fault.http(504), "UNAVAILABLE"));
  }

  static Stream<Arguments> lostConnections() {
    return Stream.of(
        Arguments.of("connection closed", Fault.closeConnection(), "UNAVAILABLE"),
        Arguments.of("connection reset", Fault.resetConnection(), "UNAVAILABLE"),
        Arguments.of("server going away", Fault.goAway(), "UNAVAILABLE"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"lostStreams", "lostConnections"})
  void aLostAnswer_endsACallOfOneAttemptWithItsCode(String name, Fault fault, Status.Code code) {
    try (var server = new FaultyServer(fault);
        var client = new Client(server, Map.of())) {
      var failure = assertThrows(StatusRuntimeException.class, client::call);
      assertEquals(code, failure.getStatus().getCode());
      assertTrue(AttemptPolicy.LOST_ANSWER.contains(code));
      assertAttempts(server, 1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"lostStreams", "lostConnections"})
  void aLostAnswer_isFollowedByAttemptsWithTheSameId(String name, Fault fault, Status.Code code) {
    try (var server = new FaultyServer(fault, fault);
        var client = new Client(server, config(RETRY))) {
      client.call();
      assertAttempts(server, 3);
      assertPreviousAttempts(server, "none", "1", "2");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lostStreams")
  void aHedgeWhoseAnswerIsLost_leavesTheOthersAlone(String name, Fault fault, Status.Code code) {
    try (var server = new FaultyServer(fault, fault);
        var client = new Client(server, config(HEDGE))) {
      client.call();
      assertAttempts(server, 3);
    }
  }

  /** Sent by different threads, they can overtake each other. */
  @Test
  void hedges_carryTheSameId() {
    try (var server = new FaultyServer(Fault.silence(), Fault.silence());
        var client = new Client(server, config(HEDGE))) {
      client.call();
      assertAttempts(server, 3);
      assertEquals(Set.of("none", "1", "2"), Set.copyOf(previousAttempts(server)));
    }
  }

  @Test
  void twoCalls_haveTwoIds() {
    try (var server = new FaultyServer(Fault.resetConnection(), Fault.none());
        var client = new Client(server, config(RETRY))) {
      client.call();
      client.call();
      List<String> ids = server.attempts().stream().map(FaultyServer.Attempt::requestId).toList();
      assertEquals(3, ids.size());
      assertEquals(ids.get(0), ids.get(1));
      assertEquals(2, ids.stream().distinct().count());
    }
  }

  /** gRPC's own, without any policy; it doesn't count in grpc-previous-rpc-attempts. */
  @Test
  void aTransparentRetry_carriesTheSameId() {
    try (var server = new FaultyServer(Fault.reset(Http2Error.REFUSED_STREAM));
        var client = new Client(server, Map.of())) {
      client.call();
      assertAttempts(server, 2);
      assertPreviousAttempts(server, "none", "none");
    }
  }

  @Test
  void anAnswer_isNotFollowedByAnotherAttempt() {
    for (Status.Code code : Status.Code.values()) {
      if (code == Status.Code.OK || AttemptPolicy.LOST_ANSWER.contains(code)) {
        continue;
      }
      try (var server = new FaultyServer(Fault.failure(code));
          var client = new Client(server, config(RETRY))) {
        var failure = assertThrows(StatusRuntimeException.class, client::call);
        assertEquals(code, failure.getStatus().getCode());
        assertAttempts(server, 1);
      }
    }
  }

  @Test
  void aPushback_isFollowedByAnotherAttempt_whateverTheCode() {
    try (var server = new FaultyServer(Fault.pushback(Status.Code.ABORTED, "0"));
        var client = new Client(server, config(RETRY))) {
      client.call();
      assertAttempts(server, 2);
    }
  }

  @Test
  void aNegativePushback_isTheEnd() {
    try (var server = new FaultyServer(Fault.pushback(Status.Code.UNAVAILABLE, "-1"));
        var client = new Client(server, config(RETRY))) {
      assertThrows(StatusRuntimeException.class, client::call);
      assertAttempts(server, 1);
    }
  }

  /** This is why a server must not send headers before the outcome is committed. */
  @Test
  void responseHeaders_endTheAttempts() {
    try (var server = new FaultyServer(Fault.resetAfterHeaders());
        var client = new Client(server, config(RETRY))) {
      assertThrows(StatusRuntimeException.class, client::call);
      assertAttempts(server, 1);
    }
  }

  @Test
  void attempts_stopAfterThoseOfThePolicy() {
    Fault[] faults = Collections.nCopies(5, Fault.resetConnection()).toArray(new Fault[0]);
    try (var server = new FaultyServer(faults);
        var client = new Client(server, config(RETRY))) {
      assertThrows(StatusRuntimeException.class, client::call);
      assertAttempts(server, 5);
    }
  }

  @Test
  void moreAttempts_areMadeWhereTheChannelAllowsThem() {
    Fault[] faults = Collections.nCopies(7, Fault.resetConnection()).toArray(new Fault[0]);
    var config =
        builder()
            .policy(
                RetryPolicy.standard()
                    .withMaxAttempts(8)
                    .withBackoff(Duration.ofMillis(1), Duration.ofMillis(1)))
            .limits(new ChannelLimits(8, 8, 1 << 20));
    try (var server = new FaultyServer(faults);
        var client = new Client(server, config::applyTo)) {
      client.call();
      assertAttempts(server, 8);
    }
  }

  @Test
  void moreHedges_areMadeWhereTheChannelAllowsThem() {
    Fault[] faults = Collections.nCopies(7, Fault.silence()).toArray(new Fault[0]);
    var config =
        builder()
            .policy(HedgingPolicy.after(Duration.ofMillis(1)).withMaxAttempts(8))
            .limits(new ChannelLimits(8, 8, 1 << 20));
    try (var server = new FaultyServer(faults);
        var client = new Client(server, config::applyTo)) {
      client.call();
      assertAttempts(server, 8);
    }
  }

  /** Nobody can tell its status from that of an answer that was lost. */
  @Test
  void aHandlerWithABug_runsAsOftenAsThereAreAttempts_unlessItsCodesAreLeftOut() {
    for (Status.Code code : List.of(Status.Code.UNKNOWN, Status.Code.INTERNAL)) {
      Fault[] bugs = Collections.nCopies(9, Fault.failure(code)).toArray(new Fault[0]);
      RetryPolicy usual =
          RetryPolicy.standard().withBackoff(Duration.ofMillis(1), Duration.ofMillis(1));
      assertEquals(5, attemptsOf(usual, bugs));
      assertEquals(
          1,
          attemptsOf(
              usual.withRetryableCodes(Set.of(Status.Code.UNAVAILABLE, Status.Code.CANCELLED)),
              bugs));
    }
  }

  private static int attemptsOf(AttemptPolicy policy, Fault... faults) {
    try (var server = new FaultyServer(faults);
        var client = new Client(server, config(policy))) {
      assertThrows(StatusRuntimeException.class, client::call);
      return server.attempts().size();
    }
  }

  @Test
  void aRequestThatFillsTheBuffer_isAttemptedAgain_andOneByteMoreIsNot() {
    int limit = 1000;
    var config = builder().limits(new ChannelLimits(5, 5, limit)).policy(RETRY);
    assertEquals(2, attemptsWithRequestOf(limit, config));
    assertEquals(1, attemptsWithRequestOf(limit + 1, config));
  }

  private static int attemptsWithRequestOf(int bytes, RetryServiceConfig.Builder config) {
    try (var server = new FaultyServer(Fault.resetConnection());
        var client = new Client(server, config::applyTo)) {
      DynamicMessage request = TestMethods.request(METHOD, "", "x".repeat(bytes - FIELD_OVERHEAD));
      assertEquals(bytes, request.getSerializedSize());
      boolean answered = true;
      try {
        client.call(request);
      } catch (StatusRuntimeException e) {
        answered = false;
      }
      int attempts = server.attempts().size();
      assertEquals(attempts == 2, answered);
      return attempts;
    }
  }

  private static RetryServiceConfig.Builder builder() {
    return RetryServiceConfig.newBuilder().services(TestMethods.service(METHOD));
  }

  private static Map<String, ?> config(AttemptPolicy policy) {
    return builder().policy(policy).build();
  }

  private static void assertAttempts(FaultyServer server, int count) {
    List<String> ids = server.attempts().stream().map(FaultyServer.Attempt::requestId).toList();
    assertEquals(Collections.nCopies(count, ids.isEmpty() ? "" : ids.get(0)), ids);
    ids.forEach(RequestId::of);
  }

  private static void assertPreviousAttempts(FaultyServer server, String... expected) {
    assertEquals(List.of(expected), previousAttempts(server));
  }

  private static List<String> previousAttempts(FaultyServer server) {
    return server.attempts().stream()
        .map(attempt -> Objects.requireNonNullElse(attempt.previousAttempts(), "none"))
        .toList();
  }

  private static final class Client implements AutoCloseable {

    private final ManagedChannel channel;

    Client(FaultyServer server, Map<String, ?> serviceConfig) {
      this(server, builder -> builder.defaultServiceConfig(serviceConfig));
    }

    Client(FaultyServer server, Consumer<ManagedChannelBuilder<?>> settings) {
      NettyChannelBuilder builder =
          NettyChannelBuilder.forAddress(server.address())
              .usePlaintext()
              .intercept(IdempotencyClientInterceptor.create());
      settings.accept(builder);
      channel = builder.build();
    }

    DynamicMessage call() {
      return call(TestMethods.request(METHOD, "", "name"));
    }

    DynamicMessage call(DynamicMessage request) {
      CallOptions options =
          CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return ClientCalls.blockingUnaryCall(channel, METHOD, options, request);
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
