package io.github.grpconce.embedded.internal.tree;

import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A part of a {@link SortedTree}: never empty, never changed. Its <em>parts</em> are the entries or
 * the children that it has itself.
 */
sealed interface Node<V> permits Leaf, Branch {
  /** How many entries there are below. */
  int size();

  int parts();

  /** Whether it has to be cut in two. */
  boolean isTooLarge();

  /** Whether it should be joined to a neighbour. */
  boolean isTooSmall();

  byte[] firstKey();

  @Nullable V get(byte[] key);

  int rank(byte[] key);

  byte[] keyAt(int rank);

  @Nullable V floor(byte[] key);

  /** No value below weighs more than this; perhaps none weighs as much. */
  long heaviest();

  boolean anyHeavier(byte[] begin, byte[] end, long than, ToLongFunction<V> weight);

  /** The result may be too large: the parent sees to that. */
  Node<V> put(byte[] key, V value, long weight);

  /**
   * Null if nothing is left, this node if nothing was there. The result may be too small: the
   * parent sees to that.
   */
  @Nullable Node<V> removeRange(byte[] begin, byte[] end);

  /** This node and its right neighbour as one, which may be too large. */
  Node<V> join(Node<V> right);

  /** Its parts from one position (inclusive) to another (exclusive). */
  Node<V> slice(int from, int to);

  /** False if the visitor wants no more. */
  boolean forward(byte[] begin, byte[] end, BiPredicate<byte[], V> visitor);

  /** False if the visitor wants no more. */
  boolean backward(byte[] begin, byte[] end, BiPredicate<byte[], V> visitor);
}
