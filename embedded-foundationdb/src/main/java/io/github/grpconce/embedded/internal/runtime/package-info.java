/**
 * What the engine runs on: its time, the threads that complete futures, and what goes wrong on
 * purpose. FoundationDB's {@code flow}, with its network thread and its simulator.
 *
 * <p>Whoever opens a database gives these from outside, so a test decides all of them.
 */
@NullMarked
package io.github.grpconce.embedded.internal.runtime;

import org.jspecify.annotations.NullMarked;
