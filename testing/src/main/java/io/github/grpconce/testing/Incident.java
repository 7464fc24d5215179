package io.github.grpconce.testing;

/**
 * A mishap in which the client, or another server, has a part: the step waits meanwhile.
 *
 * @param goOn does the step; never, if its server has died
 */
record Incident(Host host, Mishap mishap, Runnable goOn) {}
