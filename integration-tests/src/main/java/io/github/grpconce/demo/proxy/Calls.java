package io.github.grpconce.demo.proxy;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** What has become of the calls of one proxy, over all its connections. Thread-safe. */
final class Calls {

  private final FaultPlan plan;

  // Both guarded by this.
  private final Map<Long, Integer> attempts = new HashMap<>();
  private FaultTally tally = FaultTally.NOTHING;

  Calls(FaultPlan plan) {
    this.plan = plan;
  }

  /** Decides the fate of an attempt whose request has been read to its end. */
  Fault decide(long content) {
    return plan.faultFor(content, countAttempt(content));
  }

  private synchronized int countAttempt(long content) {
    count(FaultTally.CALL);
    return attempts.merge(content, 1, Integer::sum);
  }

  synchronized void count(FaultTally more) {
    tally = tally.plus(more);
    notifyAll();
  }

  synchronized FaultTally tally() {
    return tally;
  }

  /** Waits until so much has been done. */
  synchronized void await(Predicate<FaultTally> enough) throws InterruptedException {
    while (!enough.test(tally)) {
      wait();
    }
  }
}
