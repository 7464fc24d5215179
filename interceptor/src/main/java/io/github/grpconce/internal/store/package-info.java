/**
 * How FoundationDB's transactions are used, whatever is in them.
 *
 * <p>{@code StoreError} says what an error means. {@code StoreLoop} tries work until the store has
 * decided, {@code ResolverLoop} does so for operators, {@code SweeperTransactions} for sweepers.
 * {@code VersionWait} waits by the store's versions, the only clock that is trusted.
 */
@NullMarked
package io.github.grpconce.internal.store;

import org.jspecify.annotations.NullMarked;
