package io.github.grpconce.client;

import io.github.grpconce.internal.client.PolicyChecks;
import io.github.grpconce.internal.client.ServiceConfig;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Attempts side by side, of which the first answer counts: gRPC's {@code hedgingPolicy} (gRFC A6).
 *
 * @param maxAttempts how many attempts are made at most, the first included; from 2
 * @param delay how long to wait for an answer before the next attempt is sent; 0 sends all at once
 * @param nonFatalCodes with which an attempt ends without ending the call: the next is made when
 *     its delay is over (gRPC for Java does not hurry), unless the server asks for it by a pushback
 */
public record HedgingPolicy(int maxAttempts, Duration delay, Set<Status.Code> nonFatalCodes)
    implements AttemptPolicy {

  /** The answer of the slowest server in a hundred is rarely that of three. */
  private static final int STANDARD_ATTEMPTS = 3;

  /** Checks its parts. */
  public HedgingPolicy {
    PolicyChecks.attempts(maxAttempts);
    PolicyChecks.delay("delay", delay);
    nonFatalCodes = PolicyChecks.codes(nonFatalCodes);
  }

  /**
   * Three attempts, one after each delay without an answer; an attempt whose answer was lost on the
   * way ({@link #LOST_ANSWER}) leaves the others alone.
   *
   * @param delay about as long as 95 in 100 calls take
   */
  public static HedgingPolicy after(Duration delay) {
    return new HedgingPolicy(STANDARD_ATTEMPTS, delay, LOST_ANSWER);
  }

  /** Returns this policy with another number of attempts. */
  public HedgingPolicy withMaxAttempts(int attempts) {
    return new HedgingPolicy(attempts, delay, nonFatalCodes);
  }

  /** Returns this policy with exactly these codes that leave the other attempts alone. */
  public HedgingPolicy withNonFatalCodes(Set<Status.Code> codes) {
    return new HedgingPolicy(maxAttempts, delay, codes);
  }

  /** Returns this policy as a service config has it. */
  Map<String, ?> inServiceConfig() {
    return Map.of(
        ServiceConfig.MAX_ATTEMPTS,
        (double) maxAttempts,
        "hedgingDelay",
        ServiceConfig.seconds(delay),
        "nonFatalStatusCodes",
        ServiceConfig.names(nonFatalCodes));
  }
}
