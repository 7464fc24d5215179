/**
 * FoundationDB's Java API, implemented in this process without native code.
 *
 * <p>{@link io.github.grpconce.embedded.EmbeddedDatabase} is the door. For tests there are {@link
 * io.github.grpconce.embedded.FaultPlan}, which lets things go wrong, and {@link
 * io.github.grpconce.embedded.VirtualTime}, which makes a run deterministic, as {@link
 * io.github.grpconce.embedded.TimelineScheduler} does with code that keeps its own time limits.
 *
 * <p>Classes have the names of what they stand for in FoundationDB. To be read in this order:
 *
 * <ol>
 *   <li>{@code Storage} with {@code History}, and {@code CommitProxy} with {@code ConflictSet} and
 *       {@code Capacity}: the versions that can be read, and how the next one comes about
 *   <li>{@code NativeTransaction}, {@code StorageReader} and {@code ShardedRead}: a transaction as
 *       the database sees it
 *   <li>{@code WriteMap}, {@code SnapshotCache} and {@code ReadYourWritesCursor}: what a
 *       transaction wrote, laid over what it read
 *   <li>{@code ReadYourWrites} with {@code RangeRead} and {@code ReadConflicts}: reads and what
 *       they conflict with; {@code OwnWrites} with {@code OwnWatches} and {@code HandOver}: writes
 *   <li>{@code TransactionCore} with {@code TransactionLife}, {@code StepFaults} and {@code
 *       TimeLimit}, and {@code EmbeddedTransaction}: errors that wait, faults, retries, and Java's
 *       handles
 *   <li>{@code Completions} with {@code UserFutures} and {@code NetworkThread}: where and when
 *       answers reach whoever asked
 *   <li>{@code DurableStore} and {@link io.github.grpconce.embedded.log}: how it survives
 * </ol>
 *
 * <p>Never touches {@code com.apple.foundationdb.FDB} or anything else that loads FoundationDB's
 * native library, nor the rest of grpc-once.
 */
@NullMarked
package io.github.grpconce.embedded;

import org.jspecify.annotations.NullMarked;
