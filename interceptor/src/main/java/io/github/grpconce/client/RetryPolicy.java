package io.github.grpconce.client;

import io.github.grpconce.internal.client.PolicyChecks;
import io.github.grpconce.internal.client.ServiceConfig;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Attempts one after the other: gRPC's {@code retryPolicy} (gRFC A6).
 *
 * @param maxAttempts how many attempts are made at most, the first included; from 2
 * @param initialBackoff how long to wait before the second attempt, give or take a fifth; above 0
 * @param maxBackoff how long to wait at most; above 0
 * @param backoffMultiplier by which the wait grows from one attempt to the next; above 0
 * @param retryableCodes with which an attempt ends that is followed by another; not empty
 */
public record RetryPolicy(
    int maxAttempts,
    Duration initialBackoff,
    Duration maxBackoff,
    double backoffMultiplier,
    Set<Status.Code> retryableCodes)
    implements AttemptPolicy {

  /** As many attempts as a channel makes unless it is told otherwise. */
  private static final int STANDARD_ATTEMPTS = ChannelLimits.STANDARD.maxRetryAttempts();

  /** Checks its parts. */
  public RetryPolicy {
    PolicyChecks.attempts(maxAttempts);
    PolicyChecks.delay("initialBackoff", initialBackoff);
    PolicyChecks.delay("maxBackoff", maxBackoff);
    retryableCodes = PolicyChecks.codes(retryableCodes);
    if (initialBackoff.isZero() || maxBackoff.isZero() || !(backoffMultiplier > 0)) {
      throw new IllegalArgumentException("backoffs and their multiplier must be above 0");
    }
    if (retryableCodes.isEmpty()) {
      throw new IllegalArgumentException("a retry policy needs a retryable code");
    }
  }

  /**
   * Five attempts within about two seconds, after 0.1, 0.2, 0.4 and 0.8 s, whenever the answer was
   * lost on the way ({@link #LOST_ANSWER}).
   */
  public static RetryPolicy standard() {
    return new RetryPolicy(
        STANDARD_ATTEMPTS, Duration.ofMillis(100), Duration.ofSeconds(2), 2, LOST_ANSWER);
  }

  /** Returns this policy with another number of attempts. */
  public RetryPolicy withMaxAttempts(int attempts) {
    return new RetryPolicy(attempts, initialBackoff, maxBackoff, backoffMultiplier, retryableCodes);
  }

  /** Returns this policy with other waits between attempts. */
  public RetryPolicy withBackoff(Duration initial, Duration max) {
    return new RetryPolicy(maxAttempts, initial, max, backoffMultiplier, retryableCodes);
  }

  /** Returns this policy with exactly these retryable codes. */
  public RetryPolicy withRetryableCodes(Set<Status.Code> codes) {
    return new RetryPolicy(maxAttempts, initialBackoff, maxBackoff, backoffMultiplier, codes);
  }

  /** Returns this policy as a service config has it. */
  Map<String, ?> inServiceConfig() {
    return Map.of(
        ServiceConfig.MAX_ATTEMPTS,
        (double) maxAttempts,
        "initialBackoff",
        ServiceConfig.seconds(initialBackoff),
        "maxBackoff",
        ServiceConfig.seconds(maxBackoff),
        "backoffMultiplier",
        backoffMultiplier,
        "retryableStatusCodes",
        ServiceConfig.names(retryableCodes));
  }
}
