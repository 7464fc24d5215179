package io.github.grpconce.embedded.internal.tree;

import java.util.Arrays;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from byte strings, in the order of their unsigned bytes, that also knows each
 * key's rank.
 *
 * <p>An update gives a new tree that shares all but one path with the old one: a reader holds a
 * consistent state for as long as it likes, without a lock, and what nobody holds is garbage.
 * Lookups, ranks and updates cost O(log n), and so does the removal of a range.
 *
 * <p>Keys are not copied: neither the caller nor a reader may change their bytes.
 *
 * @param <V> the values, never null
 */
public final class SortedTree<V> {
  private static final SortedTree<?> EMPTY = new SortedTree<>(null);

  private final @Nullable Node<V> root;

  private SortedTree(@Nullable Node<V> root) {
    this.root = root;
  }

  /** The tree without a key. */
  @SuppressWarnings("unchecked") // it has no value of any type
  public static <V> SortedTree<V> empty() {
    return (SortedTree<V>) EMPTY;
  }

  /** How many keys there are. */
  public int size() {
    return root == null ? 0 : root.size();
  }

  /** The key's value, null if it is absent. */
  public @Nullable V get(byte[] key) {
    return root == null ? null : root.get(key);
  }

  /** This tree with a key's value replaced, or with a new key. */
  public SortedTree<V> put(byte[] key, V value) {
    return put(key, value, 0);
  }

  /**
   * This tree with a key's value replaced, or with a new key.
   *
   * @param weight lets {@link #anyHeavier} find the value; never negative
   */
  public SortedTree<V> put(byte[] key, V value, long weight) {
    if (root == null) {
      return new SortedTree<>(Leaf.of(key, value, weight));
    }
    Node<V> changed = root.put(key, value, weight);
    if (!changed.isTooLarge()) {
      return new SortedTree<>(changed);
    }
    int half = changed.parts() / 2;
    return new SortedTree<>(
        Branch.of(changed.slice(0, half), changed.slice(half, changed.parts())));
  }

  /** This tree without the keys from {@code begin} (inclusive) to {@code end} (exclusive). */
  public SortedTree<V> removeRange(byte[] begin, byte[] end) {
    if (root == null || !less(begin, end)) {
      return this;
    }
    Node<V> rest = root.removeRange(begin, end);
    if (rest == root) {
      return this;
    }
    while (rest instanceof Branch<V> branch && branch.parts() == 1) {
      rest = branch.child(0);
    }
    return rest == null ? empty() : new SortedTree<>(rest);
  }

  /** How many keys are smaller than {@code key}. */
  public int rank(byte[] key) {
    return root == null ? 0 : root.rank(key);
  }

  /**
   * The key with this rank.
   *
   * @throws IndexOutOfBoundsException if there are not so many keys
   */
  public byte[] keyAt(int rank) {
    if (root == null || rank < 0 || rank >= root.size()) {
      throw new IndexOutOfBoundsException(rank);
    }
    return root.keyAt(rank);
  }

  /** The value of the last key that is not larger, null if there is none. */
  public @Nullable V floor(byte[] key) {
    return root == null ? null : root.floor(key);
  }

  /**
   * Whether a value whose key is from {@code begin} (inclusive) to {@code end} (exclusive) weighs
   * more than this. Takes O(log n) where all or none do.
   *
   * @param weight of each value what was given when it was put
   */
  public boolean anyHeavier(byte[] begin, byte[] end, long than, ToLongFunction<V> weight) {
    return root != null && less(begin, end) && root.anyHeavier(begin, end, than, weight);
  }

  /**
   * Shows the entries with keys from {@code begin} (inclusive) to {@code end} (exclusive), the
   * first one first, until the visitor answers false.
   */
  public void forward(byte[] begin, byte[] end, BiPredicate<byte[], V> visitor) {
    if (root != null && less(begin, end)) {
      root.forward(begin, end, visitor);
    }
  }

  /**
   * Shows the entries with keys from {@code begin} (inclusive) to {@code end} (exclusive), the last
   * one first, until the visitor answers false.
   */
  public void backward(byte[] begin, byte[] end, BiPredicate<byte[], V> visitor) {
    if (root != null && less(begin, end)) {
      root.backward(begin, end, visitor);
    }
  }

  private static boolean less(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) < 0;
  }
}
