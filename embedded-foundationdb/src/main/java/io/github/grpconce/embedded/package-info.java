/**
 * FoundationDB's Java API, implemented in this process without native code.
 *
 * <p>{@link io.github.grpconce.embedded.EmbeddedDatabase} is the door. For tests there are {@link
 * io.github.grpconce.embedded.FaultPlan}, which lets things go wrong, and {@link
 * io.github.grpconce.embedded.VirtualTime}, which makes a run deterministic, as {@link
 * io.github.grpconce.embedded.TimelineScheduler} does with code that keeps its own time limits.
 *
 * <p>Everything else is below {@code internal}, in rooms that stand for FoundationDB's own parts,
 * and may change at any time. No room knows this package. To be read in this order, each with the
 * rooms above it in sight:
 *
 * <ol>
 *   <li>{@code key}: keys, mutations, errors
 *   <li>{@code runtime}: time, threads, planned faults
 *   <li>{@code cluster}: versions, commits, watches; {@code tree} below it has the rows, {@code
 *       log} and {@code file} keep them on disk
 *   <li>{@code range}, {@code nativeapi}, {@code ryw}: a transaction's reads and writes
 *   <li>{@code transaction}: retries, time limits, the order of answers
 *   <li>{@code binding}: what a user of fdb-java holds in hands
 * </ol>
 *
 * <p>Never touches {@code com.apple.foundationdb.FDB} or anything else that loads FoundationDB's
 * native library, nor the rest of grpc-once.
 */
@NullMarked
package io.github.grpconce.embedded;

import org.jspecify.annotations.NullMarked;
