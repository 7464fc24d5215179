/**
 * What FoundationDB's documentation says of a call, written down once more and as simply as it can
 * be said, against what random calls get.
 *
 * <p>The recorded answers know more, but only of the calls that were recorded; the workloads see
 * what must not happen, but not what happens needlessly, such as a conflict. Reading order: {@code
 * Rules}, {@code ConflictExtents} with {@code Experiment} and {@code OwnWrites}, {@code
 * CallErrors}.
 */
@NullMarked
package io.github.grpconce.embedded.rules;

import org.jspecify.annotations.NullMarked;
