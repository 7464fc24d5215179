/**
 * Stage 4 of a call's life: one run of the handler.
 *
 * <p>{@code Execution} gives it the request, {@code CapturingCall} keeps what it answers, {@code
 * HandlerContext} and {@code HandlerCall} are what it finds in its context.
 */
@NullMarked
package io.github.grpconce.internal.execution;

import org.jspecify.annotations.NullMarked;
