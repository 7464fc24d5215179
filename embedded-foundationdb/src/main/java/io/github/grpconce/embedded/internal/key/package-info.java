/**
 * What a key and a value are: their order, limits and ranges, what a mutation does to a value, and
 * the errors that say what is wrong with them. FoundationDB's {@code FDBTypes}, {@code Atomic} and
 * {@code error_definitions}.
 *
 * <p>Below everything else but the tree: no class here knows a transaction.
 */
@NullMarked
package io.github.grpconce.embedded.internal.key;

import org.jspecify.annotations.NullMarked;
