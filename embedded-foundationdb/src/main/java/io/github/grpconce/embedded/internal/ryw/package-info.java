/**
 * Reads that see the transaction's own writes: what it wrote ({@code WriteMap}), laid over what it
 * read, and what therefore conflicts. FoundationDB's {@code ReadYourWritesTransaction}: {@code
 * ReadYourWrites} has its reads, {@code OwnWrites} its writes.
 *
 * <p>One object here lives from a transaction's begin, or last reset, to the next. Nothing waits
 * here and nothing is retried.
 */
@NullMarked
package io.github.grpconce.embedded.internal.ryw;

import org.jspecify.annotations.NullMarked;
