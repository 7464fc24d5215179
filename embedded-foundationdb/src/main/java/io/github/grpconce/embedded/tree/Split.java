package io.github.grpconce.embedded.tree;

import org.jspecify.annotations.Nullable;

/**
 * A node, or the two into which it had to be split.
 *
 * @param right null if there is one node
 */
record Split<V>(Node<V> left, @Nullable Node<V> right) {}
