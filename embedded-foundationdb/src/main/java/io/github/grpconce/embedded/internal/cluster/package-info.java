/**
 * The cluster's side: the versions that can be read ({@code Storage} with {@code History}), how the
 * next one comes about ({@code CommitProxy} with {@code ConflictSet} and {@code Capacity}), who is
 * told ({@code Watch}), and how it survives ({@code DurableStore}).
 *
 * <p>It knows requests and their answers. It never sees a transaction that isn't committed yet.
 */
@NullMarked
package io.github.grpconce.embedded.internal.cluster;

import org.jspecify.annotations.NullMarked;
