package io.github.grpconce.demo.proxy;

/**
 * What a proxy has done so far.
 *
 * @param calls attempts whose request was read to its end
 * @param lostResponses attempts whose response alone was lost
 * @param resets connections that were reset
 * @param delays attempts that were held back
 */
public record FaultTally(long calls, long lostResponses, long resets, long delays) {

  static final FaultTally NOTHING = new FaultTally(0, 0, 0, 0);
  static final FaultTally CALL = new FaultTally(1, 0, 0, 0);
  static final FaultTally LOST_RESPONSE = new FaultTally(0, 1, 0, 0);
  static final FaultTally RESET = new FaultTally(0, 0, 1, 0);
  static final FaultTally DELAY = new FaultTally(0, 0, 0, 1);

  FaultTally plus(FaultTally more) {
    return new FaultTally(
        calls + more.calls,
        lostResponses + more.lostResponses,
        resets + more.resets,
        delays + more.delays);
  }
}
