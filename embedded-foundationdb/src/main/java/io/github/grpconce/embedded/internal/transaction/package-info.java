/**
 * A transaction from its creation to its end, across all its retries: errors that wait for the next
 * call, time limits, back-offs, planned faults, and which future is completed when. {@code
 * TransactionCore} is the way in, and the only lock.
 *
 * <p>What of this FoundationDB has is in its {@code ThreadSafeTransaction} and in the retries of
 * {@code ReadYourWritesTransaction}.
 */
@NullMarked
package io.github.grpconce.embedded.internal.transaction;

import org.jspecify.annotations.NullMarked;
