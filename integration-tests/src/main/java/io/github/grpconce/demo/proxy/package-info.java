/**
 * A TCP proxy that loses what real networks lose, between a gRPC client and a gRPC server.
 *
 * <p>{@link io.github.grpconce.demo.proxy.FaultProxy} is the door; what it does to each call is
 * decided by a {@link io.github.grpconce.demo.proxy.FaultPlan}, usually {@link
 * io.github.grpconce.demo.proxy.SeededFaults}; its {@link io.github.grpconce.demo.proxy.Link} is
 * cut, stalled or slowed down as a whole. Inside, a {@code ProxiedConnection} joins two sockets;
 * its {@code RequestPump} and {@code ResponsePump} move {@code Frame}s, and {@code Calls} remembers
 * what the plan has decided.
 *
 * <p>It knows HTTP/2 framing and nothing above it: it must never import gRPC, the services or the
 * library.
 */
@NullMarked
package io.github.grpconce.demo.proxy;

import org.jspecify.annotations.NullMarked;
