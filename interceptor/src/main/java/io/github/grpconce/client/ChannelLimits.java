package io.github.grpconce.client;

import io.grpc.ManagedChannelBuilder;

/**
 * What a channel allows, whatever its service config says.
 *
 * @param maxRetryAttempts see {@link ManagedChannelBuilder#maxRetryAttempts}; from 2
 * @param maxHedgedAttempts see {@link ManagedChannelBuilder#maxHedgedAttempts}; from 2
 * @param perRpcBufferBytes see {@link ManagedChannelBuilder#perRpcBufferLimit}; above 0. A call
 *     whose requests are larger on the wire gets one attempt, and nobody is told
 */
public record ChannelLimits(int maxRetryAttempts, int maxHedgedAttempts, long perRpcBufferBytes) {

  /** What a channel allows unless it is told otherwise: five attempts, and 1 MiB of requests. */
  public static final ChannelLimits STANDARD = new ChannelLimits(5, 5, 1 << 20);

  /** Checks its parts. */
  public ChannelLimits {
    if (maxRetryAttempts < 2 || maxHedgedAttempts < 2 || perRpcBufferBytes <= 0) {
      throw new IllegalArgumentException(
          "maxRetryAttempts and maxHedgedAttempts must be 2 or more, perRpcBufferBytes above 0");
    }
  }
}
