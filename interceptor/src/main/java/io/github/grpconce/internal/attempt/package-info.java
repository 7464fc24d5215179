/**
 * One arrival of a call.
 *
 * <p>{@code BufferedRequest} keeps its messages, {@code Attempt} its client, who gets an answer
 * once. {@code Invocation} is what an execution needs of it, {@code OperationKey} says whose
 * attempt it is.
 */
@NullMarked
package io.github.grpconce.internal.attempt;

import org.jspecify.annotations.NullMarked;
