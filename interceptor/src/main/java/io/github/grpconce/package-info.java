/**
 * What both sides of a guarded call share.
 *
 * <p>A {@link io.github.grpconce.RequestId} names one logical operation. It travels in the header
 * {@link io.github.grpconce.IdempotencyHeaders#REQUEST_ID} of every attempt. A {@link
 * io.github.grpconce.Guard}, read from the method's descriptor, says what a server does with it. A
 * {@link io.github.grpconce.GuardedExecution} is what a handler runs in; calls made from it carry
 * IDs derived from its own. What is refused carries an {@link io.github.grpconce.ErrorReason}.
 *
 * <p>{@link io.github.grpconce.RequestIdField} reads an ID out of a request that carries its own.
 *
 * <p>Read them in that order. This package never imports the client, the server, the records or
 * FoundationDB: a client needs neither of the last three. Everything below {@code internal} may
 * change at any time.
 */
@NullMarked
package io.github.grpconce;

import org.jspecify.annotations.NullMarked;
