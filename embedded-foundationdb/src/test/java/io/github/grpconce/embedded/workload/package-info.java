/**
 * Many threads on one database at a time, each with an invariant that FoundationDB's guarantees
 * imply.
 *
 * <p>Reading order: {@link io.github.grpconce.embedded.workload.Workload}, {@code WorkloadRun},
 * {@code Cycle}; the others in any order. Only FoundationDB's API, the database's builder and its
 * fault plan are used here: nothing of the engine's inside.
 */
@NullMarked
package io.github.grpconce.embedded.workload;

import org.jspecify.annotations.NullMarked;
