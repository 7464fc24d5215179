package io.github.grpconce.demo.shop;

import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.client.RetryServiceConfig;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;

/** The demo's own channels, over the loopback interface. */
public final class Channels {

  private Channels() {}

  /**
   * The shopper's channel to the order service. It retries in both modes alike; only whether the
   * retries carry a request ID differs.
   */
  public static ManagedChannel ofShopper(int port, Mode mode) {
    ManagedChannelBuilder<?> builder =
        local(port)
            .defaultServiceConfig(
                RetryServiceConfig.forServices(OrderServiceGrpc.getServiceDescriptor()));
    if (mode == Mode.GUARDED) {
      builder.intercept(IdempotencyClientInterceptor.create());
    }
    return builder.build();
  }

  /** A channel for opening accounts at the payment service, which nothing ever goes wrong on. */
  public static ManagedChannel ofBankClerk(int port) {
    return local(port)
        .defaultServiceConfig(
            RetryServiceConfig.forServices(PaymentServiceGrpc.getServiceDescriptor()))
        .intercept(IdempotencyClientInterceptor.create())
        .build();
  }

  private static ManagedChannelBuilder<?> local(int port) {
    return Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create());
  }
}
