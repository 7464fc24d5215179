package io.github.grpconce.demo.proxy;

/**
 * Decides what happens to each call that goes through a proxy. Implementations are thread-safe: a
 * proxy asks from many threads.
 */
@FunctionalInterface
public interface FaultPlan {

  /** Lets every call pass. */
  FaultPlan NO_FAULTS = (content, attempt) -> Fault.NONE;

  /**
   * The fate of one attempt.
   *
   * @param content a digest of the request's messages: attempts of the same call have the same
   * @param attempt how often this proxy has seen that content, this time included; 1 at first
   */
  Fault faultFor(long content, int attempt);
}
