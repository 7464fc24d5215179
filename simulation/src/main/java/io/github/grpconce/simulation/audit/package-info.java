/**
 * What has to be true after a run. The {@code Testimony} is what servers have answered; {@code
 * Audit} compares it with the books, {@code Remains} looks for what should have been forgotten.
 * Each {@code Check} that fails makes a {@code Finding}.
 */
@NullMarked
package io.github.grpconce.simulation.audit;

import org.jspecify.annotations.NullMarked;
