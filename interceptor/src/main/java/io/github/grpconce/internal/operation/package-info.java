/**
 * Stage 3 of a call's life: one logical operation in this process, which attempts join.
 *
 * <p>{@code Operations} has those that are under way; an {@code Operation} ends with one answer for
 * all its attempts, or when all have left before the commit. {@code TransactionOperation} looks for
 * the record, replays it, refuses, or executes and commits: all that is decided about a call's
 * effect in TRANSACTION mode is decided there.
 */
@NullMarked
package io.github.grpconce.internal.operation;

import org.jspecify.annotations.NullMarked;
