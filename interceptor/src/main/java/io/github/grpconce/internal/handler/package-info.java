/**
 * What a handler is given: the store as it may use it, and the threads on which it goes on.
 *
 * <p>{@code HandlerTransaction} and its parts forward to the real ones. Their futures ({@code
 * HandlerFuture}) continue within the execution's context, on its own threads ({@code
 * Continuations}, {@code HandlerThreads}). A thread of the handler that waits for one of its
 * continuations runs it, if nobody else does.
 */
@NullMarked
package io.github.grpconce.internal.handler;

import org.jspecify.annotations.NullMarked;
