/**
 * How a range is read by a transaction that knows a part of it already. {@code SnapshotCache} keeps
 * what is known, a {@code SegmentCursor} goes through it, and {@code RangeRead} asks the database
 * for what is missing.
 *
 * <p>The steps are those of FoundationDB's {@code ReadYourWrites}, as conflict ranges and chunks
 * depend on them.
 */
@NullMarked
package io.github.grpconce.embedded.internal.range;

import org.jspecify.annotations.NullMarked;
