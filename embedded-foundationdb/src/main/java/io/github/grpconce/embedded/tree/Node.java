package io.github.grpconce.embedded.tree;

import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A part of a {@link SortedTree}: never empty, never changed. */
sealed interface Node<V> permits Leaf, Branch {
  /** A node with more parts than this is split. */
  int MOST_PARTS = 32;

  /** A node with fewer parts than this is merged with a neighbour. */
  int FEWEST_PARTS = 8;

  /** How many entries there are below. */
  int size();

  /** How many entries or children this node itself has. */
  int parts();

  byte[] firstKey();

  @Nullable V get(byte[] key);

  int rank(byte[] key);

  byte[] keyAt(int rank);

  @Nullable V floor(byte[] key);

  /** No value below weighs more than this; perhaps none weighs as much. */
  long heaviest();

  boolean anyHeavier(int from, int to, long than, ToLongFunction<V> weight);

  Split<V> put(byte[] key, V value, long weight);

  /** Null if nothing is left. The result may have too few parts: the parent sees to that. */
  @Nullable Node<V> removeRange(byte[] begin, byte[] end);

  /** This node and its right neighbour as one, or as two of equal size. */
  Split<V> join(Node<V> right);

  /** False if the visitor wants no more. */
  boolean forward(int from, int to, BiPredicate<byte[], V> visitor);

  /** False if the visitor wants no more. */
  boolean backward(int from, int to, BiPredicate<byte[], V> visitor);
}
