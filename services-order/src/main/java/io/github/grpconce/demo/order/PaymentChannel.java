package io.github.grpconce.demo.order;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.client.RetryPolicy;
import io.github.grpconce.client.RetryServiceConfig;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The connection to the payment service, with retries on. Guarded and unguarded differ in what is
 * said of the call, not in when it is made again.
 */
final class PaymentChannel implements AutoCloseable {

  private static final RetryPolicy RETRIES = RetryPolicy.standard();

  /** A connection that has gone silent is found out and replaced: Netty's least. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(5);

  /**
   * gRPC's own pauses between tries to connect grow to two minutes, by which an outage would be
   * longer; a charge waits for two seconds by default, and so meets a try.
   */
  private static final Duration RECONNECT = Duration.ofSeconds(1);

  private final ManagedChannel channel;
  private final ScheduledExecutorService reconnecting =
      Executors.newSingleThreadScheduledExecutor(PaymentChannel::daemon);

  /**
   * Takes charge of a channel.
   *
   * @param reconnect how long to wait before another try to connect, if none succeeds
   */
  PaymentChannel(ManagedChannel channel, Duration reconnect) {
    this.channel = channel;
    var unused =
        reconnecting.scheduleWithFixedDelay(
            this::reconnect, reconnect.toNanos(), reconnect.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void reconnect() {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
  }

  /**
   * Opens a channel; it connects at the first call.
   *
   * @param target the payment service's host and port, or any gRPC target
   * @throws IllegalArgumentException if the target is none
   */
  static PaymentChannel open(String target, boolean unguarded) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target)
            .usePlaintext()
            .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    if (unguarded) {
      retry(builder);
    } else {
      guard(builder);
      builder.neverIndexMetadataKey(IdempotencyHeaders.REQUEST_ID);
    }
    return new PaymentChannel(builder.build(), RECONNECT);
  }

  /** All attempts of a charge carry one request ID, derived from the order's. */
  static void guard(ManagedChannelBuilder<?> builder) {
    builder.intercept(IdempotencyClientInterceptor.create());
    RetryServiceConfig.newBuilder()
        .services(PaymentServiceGrpc.getServiceDescriptor())
        .policy(RETRIES)
        .waitForReady()
        .applyTo(builder);
  }

  /**
   * What teams write by hand today: the same retries, with nothing that tells a payment service
   * that a charge was made before. Our generator refuses to make such a config.
   */
  static void retry(ManagedChannelBuilder<?> builder) {
    Map<String, ?> retryPolicy =
        Map.of(
            "maxAttempts", (double) RETRIES.maxAttempts(),
            "initialBackoff", seconds(RETRIES.initialBackoff()),
            "maxBackoff", seconds(RETRIES.maxBackoff()),
            "backoffMultiplier", RETRIES.backoffMultiplier(),
            "retryableStatusCodes",
                RETRIES.retryableCodes().stream().map(Status.Code::name).toList());
    Map<String, ?> methods =
        Map.of(
            "name",
            List.of(Map.of("service", PaymentServiceGrpc.SERVICE_NAME)),
            "waitForReady",
            true,
            "retryPolicy",
            retryPolicy);
    builder
        .defaultServiceConfig(Map.of("methodConfig", List.of(methods)))
        .disableServiceConfigLookUp()
        .enableRetry();
  }

  Channel channel() {
    return channel;
  }

  /** For after the server's drain: no call is left that needs the channel. */
  @Override
  public void close() {
    reconnecting.shutdownNow();
    channel.shutdownNow();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "payment-reconnect");
    thread.setDaemon(true);
    return thread;
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).toPlainString() + "s";
  }
}
