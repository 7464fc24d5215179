package io.github.grpconce.demo.proxy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What has become of the calls of one proxy, over all its connections. Thread-safe. */
final class Calls {

  private final FaultPlan plan;
  private final Map<Long, Integer> attempts = new ConcurrentHashMap<>();
  private final LongAdder calls = new LongAdder();
  private final LongAdder lostResponses = new LongAdder();
  private final LongAdder resets = new LongAdder();
  private final LongAdder delays = new LongAdder();

  Calls(FaultPlan plan) {
    this.plan = plan;
  }

  /** Decides the fate of an attempt whose request has been read to its end. */
  Fault decide(long content) {
    calls.increment();
    int attempt = attempts.merge(content, 1, Integer::sum);
    return plan.faultFor(content, attempt);
  }

  void responseLost() {
    lostResponses.increment();
  }

  void connectionReset() {
    resets.increment();
  }

  void delayed() {
    delays.increment();
  }

  FaultTally tally() {
    return new FaultTally(calls.sum(), lostResponses.sum(), resets.sum(), delays.sum());
  }
}
