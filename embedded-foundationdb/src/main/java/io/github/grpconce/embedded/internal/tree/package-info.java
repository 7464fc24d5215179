/**
 * An immutable ordered map from byte strings, made for many readers and one writer.
 *
 * <p>{@link io.github.grpconce.embedded.internal.tree.SortedTree} is the door. Behind it stand the
 * nodes, leaves and branches, and the keys that both have, arranged for few cache misses.
 *
 * <p>Imports nothing of FoundationDB and nothing of the engine.
 */
@NullMarked
package io.github.grpconce.embedded.internal.tree;

import org.jspecify.annotations.NullMarked;
