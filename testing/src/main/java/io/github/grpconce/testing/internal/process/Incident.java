package io.github.grpconce.testing.internal.process;

import io.github.grpconce.testing.internal.scenario.Mishap;

/**
 * A mishap in which the client, or another server, has a part: the step waits meanwhile.
 *
 * @param goOn does the step; never, if its server has died
 */
public record Incident(Host host, Mishap mishap, Runnable goOn) {}
