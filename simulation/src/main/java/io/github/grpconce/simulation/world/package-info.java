/**
 * What everything in a run shares: the {@code EventLoop} is its one thread and its time, {@code
 * Chance} its seed, {@code Weather} says which {@code Fault} strikes. A {@code Host} is a process,
 * which can crash and be paused. All that happens goes into the {@code Transcript}.
 */
@NullMarked
package io.github.grpconce.simulation.world;

import org.jspecify.annotations.NullMarked;
