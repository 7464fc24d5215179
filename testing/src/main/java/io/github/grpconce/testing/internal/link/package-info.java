/**
 * What lies between processes, their store and each other, for whoever makes worlds in which that
 * goes wrong.
 *
 * <p>{@code LinkedDatabase} and {@code LinkedTransaction} have FoundationDB's interfaces, and hand
 * what is asked to a {@code StoreLink} and its {@code TransactionLink}s: what becomes of it on the
 * way is decided there. {@code InProcess} and {@code Exchange} are the same for calls of gRPC. This
 * kit and the project's simulation both use the room, so it needs no other of this module.
 */
@NullMarked
package io.github.grpconce.testing.internal.link;

import org.jspecify.annotations.NullMarked;
