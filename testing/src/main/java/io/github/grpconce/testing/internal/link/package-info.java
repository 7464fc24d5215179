/**
 * The store as a process has it whose way there is someone's to trouble.
 *
 * <p>{@code LinkedDatabase}, {@code LinkedTransaction} and {@code LinkedRange} have FoundationDB's
 * interfaces, and pass on all that is asked; {@code StoreLink} and {@code TransactionLink} are what
 * they pass it to. This kit and the project's simulation each have their own.
 */
@NullMarked
package io.github.grpconce.testing.internal.link;

import org.jspecify.annotations.NullMarked;
