/**
 * The order service: it stores orders and has the payment service charge for them.
 *
 * <p>{@link io.github.grpconce.demo.order.OrderServer} is the process. {@code OrderApi} is the gRPC
 * service; {@code Checkout} is how an order is placed, from first to last; {@code Payments} is the
 * payment service as it is seen from here; {@code OrderStore} keeps the orders. {@link
 * io.github.grpconce.demo.order.PlacedOrders} reads them back.
 *
 * <p>Nothing here knows whether calls are guarded: see {@link
 * io.github.grpconce.demo.handler.Execution}. Only {@code PaymentChannel} differs.
 */
@NullMarked
package io.github.grpconce.demo.order;

import org.jspecify.annotations.NullMarked;
