package io.github.grpconce.demo.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PaymentChannelTest {

  private static final long PATIENCE_SECONDS = 20;

  /** gRPC would wait for up to two minutes, by which an outage would be longer. */
  @Test
  void connectionThatFailed_isTriedAgainSoon_andNoOther() throws Exception {
    FakeChannel channel = new FakeChannel();
    try (PaymentChannel payments = new PaymentChannel(channel, Duration.ofNanos(1))) {
      assertEquals(channel, payments.channel());
      assertEquals(
          ConnectivityState.TRANSIENT_FAILURE,
          channel.firstReset.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
    assertTrue(channel.isShutdown());
  }

  /** Has one state after the other, the last one for good. */
  private static final class FakeChannel extends ManagedChannel {
    private final CompletableFuture<ConnectivityState> firstReset = new CompletableFuture<>();
    private final Iterator<ConnectivityState> states =
        List.of(
                ConnectivityState.IDLE,
                ConnectivityState.CONNECTING,
                ConnectivityState.READY,
                ConnectivityState.TRANSIENT_FAILURE)
            .iterator();
    private volatile ConnectivityState state = ConnectivityState.IDLE;
    private volatile boolean shutdown;

    @Override
    public ConnectivityState getState(boolean requestConnection) {
      if (states.hasNext()) {
        state = states.next();
      }
      return state;
    }

    @Override
    public void resetConnectBackoff() {
      firstReset.complete(state);
    }

    @Override
    public ManagedChannel shutdown() {
      shutdown = true;
      return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
      return shutdown();
    }

    @Override
    public boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shutdown;
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> newCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options) {
      throw new UnsupportedOperationException("nobody calls here");
    }

    @Override
    public String authority() {
      return "fake";
    }
  }
}
