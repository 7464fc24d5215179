/**
 * One round of a sweeper: what may be forgotten is, slice by slice.
 *
 * <p>{@code SweepRound} goes through the slices, {@code SliceSweep} clears one. Why it may is said
 * in {@code internal.record}, at {@code Clearance}.
 */
@NullMarked
package io.github.grpconce.internal.retention;

import org.jspecify.annotations.NullMarked;
