package io.github.grpconce.embedded;

import com.apple.foundationdb.KeyValue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A part of a {@link KeyValueTree}: never empty, never changed. */
sealed interface TreeNode permits TreeLeaf, TreeBranch {
  /** A node with more parts than this is split. */
  int MOST_PARTS = 32;

  /** A node with fewer parts than this is merged with a neighbour. */
  int FEWEST_PARTS = 8;

  /** How many entries there are below. */
  int size();

  /** How many entries or children this node itself has. */
  int parts();

  byte[] firstKey();

  byte @Nullable [] get(byte[] key);

  int rank(byte[] key);

  byte[] keyAt(int rank);

  /** One node, or two if it had to be split. */
  TreeNode[] put(byte[] key, byte[] value);

  /** Null if nothing is left. The result may have too few parts: the parent sees to that. */
  @Nullable TreeNode removeRange(byte[] begin, byte[] end);

  /** This node and its right neighbour as one node, or as two of equal size. */
  TreeNode[] join(TreeNode right);

  /** False if the visitor wants no more. */
  boolean forward(int from, int to, Predicate<KeyValue> visitor);

  /** False if the visitor wants no more. */
  boolean backward(int from, int to, Predicate<KeyValue> visitor);
}
