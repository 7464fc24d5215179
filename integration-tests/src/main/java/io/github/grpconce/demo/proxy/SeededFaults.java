package io.github.grpconce.demo.proxy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Faults by chance, where the chance depends on nothing but the seed, the request's content and how
 * often it was sent. So the same requests meet the same faults in every run with the same seed,
 * whatever the order in which threads send them.
 *
 * @param seed where all chance comes from
 * @param drop share of attempts whose response is lost, 0 to 1
 * @param reset share of attempts that reset their connection, 0 to 1: half of them at the request,
 *     half at the response
 * @param delay share of attempts that are delayed, 0 to 1, on top of what else befalls them
 * @param longestDelay upper bound of a delay
 */
public record SeededFaults(
    long seed, double drop, double reset, double delay, Duration longestDelay)
    implements FaultPlan {

  /** Refuses shares that are no shares. */
  public SeededFaults {
    requireShare("drop", drop);
    requireShare("reset", reset);
    requireShare("drop + reset", drop + reset);
    requireShare("delay", delay);
  }

  @Override
  public Fault faultFor(long content, int attempt) {
    SplittableRandom random = new SplittableRandom(mix(content, attempt));
    Fault.Kind kind = kindAt(random.nextDouble());
    if (random.nextDouble() >= delay) {
      return Fault.of(kind);
    }
    Duration held = Duration.ofNanos((long) (random.nextDouble() * longestDelay.toNanos()));
    return random.nextBoolean()
        ? new Fault(kind, held, Duration.ZERO)
        : new Fault(kind, Duration.ZERO, held);
  }

  private Fault.Kind kindAt(double point) {
    if (point < drop) {
      return Fault.Kind.LOSE_RESPONSE;
    }
    if (point < drop + reset / 2) {
      return Fault.Kind.RESET_AT_REQUEST;
    }
    return point < drop + reset ? Fault.Kind.RESET_AT_RESPONSE : Fault.Kind.NONE;
  }

  /** A digest, because neighbouring attempts must not draw related numbers. */
  private long mix(long content, int attempt) {
    ByteBuffer input = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
    input.putLong(seed).putLong(content).putInt(attempt).flip();
    ContentDigest digest = new ContentDigest();
    digest.add(input);
    return digest.value();
  }

  private static void requireShare(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + " must be between 0 and 1, but is " + share);
    }
  }
}
