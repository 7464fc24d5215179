package io.github.grpconce.embedded;

import com.apple.foundationdb.KeyValue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An immutable ordered map from keys to values that also knows each key's rank.
 *
 * <p>An update gives a new tree that shares all but one path with the old one, so that a reader
 * holds a consistent state for as long as it likes without locks, and what nobody holds is garbage.
 */
final class KeyValueTree {
  static final KeyValueTree EMPTY = new KeyValueTree(null);

  private final @Nullable TreeNode root;

  private KeyValueTree(@Nullable TreeNode root) {
    this.root = root;
  }

  int size() {
    return root == null ? 0 : root.size();
  }

  byte @Nullable [] get(byte[] key) {
    return root == null ? null : root.get(key);
  }

  KeyValueTree put(byte[] key, byte[] value) {
    if (root == null) {
      return new KeyValueTree(TreeLeaf.of(key, value));
    }
    TreeNode[] parts = root.put(key, value);
    return new KeyValueTree(parts.length == 1 ? parts[0] : new TreeBranch(parts));
  }

  /** This tree without the keys from {@code begin} (inclusive) to {@code end} (exclusive). */
  KeyValueTree removeRange(byte[] begin, byte[] end) {
    if (root == null || rank(begin) == rank(end)) {
      return this;
    }
    TreeNode rest = root.removeRange(begin, end);
    while (rest instanceof TreeBranch branch && branch.isChain()) {
      rest = branch.onlyChild();
    }
    return rest == null ? EMPTY : new KeyValueTree(rest);
  }

  /** How many keys are smaller than {@code key}. */
  int rank(byte[] key) {
    return root == null ? 0 : root.rank(key);
  }

  /**
   * The key with this rank.
   *
   * @throws IndexOutOfBoundsException if there are not so many keys
   */
  byte[] keyAt(int rank) {
    if (root == null || rank < 0 || rank >= root.size()) {
      throw new IndexOutOfBoundsException(rank);
    }
    return root.keyAt(rank);
  }

  /**
   * Shows the entries with ranks from {@code from} up to {@code to} (exclusive), until told to
   * stop.
   */
  void forward(int from, int to, Predicate<KeyValue> visitor) {
    if (root != null && from < to) {
      root.forward(from, to, visitor);
    }
  }

  /**
   * Shows the entries with ranks from {@code to} (exclusive) down to {@code from}, until told to
   * stop.
   */
  void backward(int from, int to, Predicate<KeyValue> visitor) {
    if (root != null && from < to) {
      root.backward(from, to, visitor);
    }
  }
}
