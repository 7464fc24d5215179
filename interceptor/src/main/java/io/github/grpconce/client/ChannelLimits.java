package io.github.grpconce.client;

import io.grpc.ManagedChannelBuilder;

/**
 * What a channel allows, whatever its service config says.
 *
 * @param maxRetryAttempts see {@link ManagedChannelBuilder#maxRetryAttempts}; from 2
 * @param maxHedgedAttempts see {@link ManagedChannelBuilder#maxHedgedAttempts}; from 2
 * @param perRpcBufferBytes see {@link ManagedChannelBuilder#perRpcBufferLimit}; above 0. A call
 *     whose requests are larger on the wire gets one attempt, and nobody is told
 * @param retryBufferBytes see {@link ManagedChannelBuilder#retryBufferSize}: the same for all calls
 *     that are under way together. A call that comes when it is full gets one attempt, and nobody
 *     is told. At least {@code perRpcBufferBytes}; nothing is set aside for it beforehand
 */
public record ChannelLimits(
    int maxRetryAttempts, int maxHedgedAttempts, long perRpcBufferBytes, long retryBufferBytes) {

  /**
   * What a channel allows unless it is told otherwise: five attempts, 1 MiB of requests for a call,
   * and 16 MiB for all of them, which 17 calls of the largest requests are enough to exceed.
   */
  public static final ChannelLimits STANDARD = new ChannelLimits(5, 5, 1 << 20, 16 << 20);

  /**
   * What {@link RetryServiceConfig.Builder#applyTo} sets unless it is told otherwise: as {@link
   * #STANDARD}, with room for the largest requests of 128 calls at once.
   */
  static final ChannelLimits APPLIED = new ChannelLimits(5, 5, 1 << 20);

  /** Limits with room for 128 MiB of requests of all calls together, or for one call's. */
  public ChannelLimits(int maxRetryAttempts, int maxHedgedAttempts, long perRpcBufferBytes) {
    this(
        maxRetryAttempts,
        maxHedgedAttempts,
        perRpcBufferBytes,
        Math.max(128L << 20, perRpcBufferBytes));
  }

  /** Checks its parts. */
  public ChannelLimits {
    if (maxRetryAttempts < 2 || maxHedgedAttempts < 2 || perRpcBufferBytes <= 0) {
      throw new IllegalArgumentException(
          "maxRetryAttempts and maxHedgedAttempts must be 2 or more, perRpcBufferBytes above 0");
    }
    if (retryBufferBytes < perRpcBufferBytes) {
      throw new IllegalArgumentException(
          "retryBufferBytes must be perRpcBufferBytes or more, or no call of that size is attempted"
              + " again");
    }
  }

  /** Returns these limits with another room for the requests of all calls. */
  public ChannelLimits withRetryBufferBytes(long bytes) {
    return new ChannelLimits(maxRetryAttempts, maxHedgedAttempts, perRpcBufferBytes, bytes);
  }
}
