/**
 * The caller's side: every attempt of a call carries the same request ID, and only calls that are
 * guarded or safe are attempted more than once.
 *
 * <p>{@link io.github.grpconce.client.IdempotencyClientInterceptor} finds the ID of a call and puts
 * it on its headers. {@link io.github.grpconce.client.RetryServiceConfig} writes, or checks, the
 * service config that makes gRPC retry or hedge. Read them in that order; each stands alone.
 *
 * <p>This package never imports the server, the records or FoundationDB.
 */
@NullMarked
package io.github.grpconce.client;

import org.jspecify.annotations.NullMarked;
