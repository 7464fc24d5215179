package io.github.grpconce.internal.record;

import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Failure;
import io.github.grpconce.v1.Lease;
import java.time.Duration;

/**
 * What leases are like: how long they keep others away, and how long servers leave alone, on their
 * own account, what has failed.
 *
 * <p>All of that is stored, and counted in the store's versions: other servers, and this one after
 * its restart, go by the same.
 *
 * @param length of a lease that is renewed
 * @param stalledAfter so many failures in a row, servers resume an operation no more
 */
public record Leasing(Duration length, int stalledAfter) {

  /** Doubled no further than this, unless a lease itself is longer. */
  private static final Duration LONGEST_REST = Duration.ofMinutes(5);

  /** Doubled so often, a second is longer than that. */
  private static final int MOST_DOUBLINGS = 9;

  /** The lease of an operation's first execution. */
  public Lease first(Execution claim, long version) {
    return of(Lease.getDefaultInstance(), claim, version);
  }

  /** The lease of the execution that takes over; what has failed before is not forgotten. */
  public Lease takenOver(Lease previous, Execution claim, long version) {
    return of(died(previous) ? afterDeath(previous, version) : previous, claim, version);
  }

  /** The same lease, from now on. */
  public Lease renewed(Lease own, Execution claim, long version) {
    return of(own, claim, version);
  }

  private Lease of(Lease history, Execution claim, long version) {
    return history.toBuilder()
        .setToken(claim.getToken())
        .setOwner(claim.getOwner())
        .setRenewedAtVersion(version)
        .setLeaseMillis((int) length.toMillis())
        .setReleased(false)
        .build();
  }

  /**
   * A lease that is given up because its execution has failed.
   *
   * @param progress whether it has done a step before: then it doesn't fail at the same point
   */
  public Lease givenUp(Lease own, Failure failure, boolean progress) {
    return failed(own, failure, progress ? 1 : own.getFailures() + 1);
  }

  /** The same lease, of an operation that no server goes on with on its own account. */
  public static Lease stalled(Lease givenUp) {
    return givenUp.toBuilder().setStalled(true).build();
  }

  /** What is left of the lease of an execution that was never heard of again. */
  public Lease afterDeath(Lease previous, long version) {
    return givenUp(previous, Failure.newBuilder().setAtVersion(version).build(), false);
  }

  private Lease failed(Lease lease, Failure failure, int failures) {
    return lease.toBuilder()
        .setReleased(true)
        .setRenewedAtVersion(failure.getAtVersion())
        .setFailures(failures)
        .setLastFailure(failure)
        .setRestMillis((int) rest(failures).toMillis())
        .setStalled(failures >= stalledAfter)
        .build();
  }

  /** Each time twice as long: what never succeeds must not keep servers busy for ever. */
  private Duration rest(int failures) {
    Duration rest = length.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    Duration longest = length.compareTo(LONGEST_REST) > 0 ? length : LONGEST_REST;
    return rest.compareTo(longest) < 0 ? rest : longest;
  }

  /** Whether an execution ended without a word, if its lease is over. */
  public static boolean died(Lease over) {
    return !over.getReleased() && over.getToken() > 0;
  }
}
