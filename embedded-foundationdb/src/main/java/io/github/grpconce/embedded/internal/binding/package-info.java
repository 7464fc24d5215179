/**
 * FoundationDB's Java interfaces: databases, handles of transactions, iterators over ranges, retry
 * loops. What fdb-java's own classes do before they call native code, and after it answered.
 *
 * <p>Arguments are checked and copied here; whatever needs a decision of the engine's is asked of
 * {@code TransactionCore}.
 */
@NullMarked
package io.github.grpconce.embedded.internal.binding;

import org.jspecify.annotations.NullMarked;
