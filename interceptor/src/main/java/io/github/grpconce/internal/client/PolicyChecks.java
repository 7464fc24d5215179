package io.github.grpconce.internal.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.Set;

/** What the parts of both policies have in common. gRPC says it only when a channel is built. */
public final class PolicyChecks {

  /** Waits of more than a day are mistakes. */
  private static final Duration MAX_WAIT = Duration.ofDays(1);

  private PolicyChecks() {}

  public static void attempts(int maxAttempts) {
    if (maxAttempts < 2) {
      throw new IllegalArgumentException("a policy is for 2 attempts and more, not " + maxAttempts);
    }
  }

  /** Returns an immutable copy. */
  public static Set<Status.Code> codes(Set<Status.Code> codes) {
    if (codes.contains(Status.Code.OK)) {
      throw new IllegalArgumentException("OK needs no further attempt");
    }
    return Set.copyOf(codes);
  }

  public static void delay(String name, Duration duration) {
    if (duration.isNegative() || duration.compareTo(MAX_WAIT) > 0) {
      throw new IllegalArgumentException(name + " must be between 0 and a day, not " + duration);
    }
  }
}
