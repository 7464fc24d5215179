/**
 * The payment service: accounts and payments, in double entry.
 *
 * <p>{@link io.github.grpconce.demo.payment.PaymentServer} is the process. {@code PaymentApi} is
 * the gRPC service: it checks requests and leaves the rest to {@code Ledger}, which moves the
 * money; {@code Balances} holds how the money is stored so that charges of one merchant don't get
 * in each other's way. {@link io.github.grpconce.demo.payment.Books} reads everything back.
 *
 * <p>Nothing here knows whether calls are guarded: see {@link
 * io.github.grpconce.demo.handler.Execution}.
 */
@NullMarked
package io.github.grpconce.demo.payment;

import org.jspecify.annotations.NullMarked;
