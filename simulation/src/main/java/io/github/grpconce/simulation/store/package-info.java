/**
 * The way from a process to the one embedded database: slow, unreliable, sometimes interrupted.
 * Commits and watches travel, and some arrive when their transaction is long over.
 */
@NullMarked
package io.github.grpconce.simulation.store;

import org.jspecify.annotations.NullMarked;
