package io.github.grpconce.demo.proxy;

/**
 * What a proxy has done so far.
 *
 * @param calls attempts whose request was read to its end
 * @param lostResponses attempts whose response alone was lost
 * @param resets connections that were reset
 * @param delays attempts that were held back
 */
public record FaultTally(long calls, long lostResponses, long resets, long delays) {}
