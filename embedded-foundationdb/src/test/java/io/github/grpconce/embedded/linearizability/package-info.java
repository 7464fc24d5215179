/**
 * Lincheck draws short scenarios of a few threads, runs them again and again, and looks for an
 * order of their transactions, one after the other and in keeping with who finished before whom
 * began, that gives what was answered. Where there is none, the engine is not strictly
 * serializable.
 *
 * <p>Reading order: {@code TwoKeys} (what must come out), {@code TransactionsOnTwoKeys} (what is
 * done), {@code LinearizabilityTest}.
 */
@NullMarked
package io.github.grpconce.embedded.linearizability;

import org.jspecify.annotations.NullMarked;
