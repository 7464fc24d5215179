package io.github.grpconce.embedded;

import com.apple.foundationdb.KeyValue;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Neighbouring entries, in order. */
final class TreeLeaf implements TreeNode {
  private final byte[][] keys;
  private final byte[][] values;

  private TreeLeaf(byte[][] keys, byte[][] values) {
    this.keys = keys;
    this.values = values;
  }

  static TreeLeaf of(byte[] key, byte[] value) {
    return new TreeLeaf(new byte[][] {key}, new byte[][] {value});
  }

  @Override
  public int size() {
    return keys.length;
  }

  @Override
  public int parts() {
    return keys.length;
  }

  @Override
  public byte[] firstKey() {
    return keys[0];
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    int index = Arrays.binarySearch(keys, key, Keys.ORDER);
    return index < 0 ? null : values[index];
  }

  @Override
  public int rank(byte[] key) {
    int index = Arrays.binarySearch(keys, key, Keys.ORDER);
    return index < 0 ? -index - 1 : index;
  }

  @Override
  public byte[] keyAt(int rank) {
    return keys[rank];
  }

  @Override
  public TreeNode[] put(byte[] key, byte[] value) {
    int index = Arrays.binarySearch(keys, key, Keys.ORDER);
    if (index >= 0) {
      byte[][] changed = values.clone();
      changed[index] = value;
      return new TreeNode[] {new TreeLeaf(keys, changed)};
    }
    int at = -index - 1;
    return split(insert(keys, at, key), insert(values, at, value));
  }

  private static byte[][] insert(byte[][] array, int at, byte[] element) {
    byte[][] longer = new byte[array.length + 1][];
    System.arraycopy(array, 0, longer, 0, at);
    longer[at] = element;
    System.arraycopy(array, at, longer, at + 1, array.length - at);
    return longer;
  }

  private static TreeNode[] split(byte[][] keys, byte[][] values) {
    if (keys.length <= MOST_PARTS) {
      return new TreeNode[] {new TreeLeaf(keys, values)};
    }
    int half = keys.length / 2;
    return new TreeNode[] {
      new TreeLeaf(Arrays.copyOf(keys, half), Arrays.copyOf(values, half)),
      new TreeLeaf(
          Arrays.copyOfRange(keys, half, keys.length),
          Arrays.copyOfRange(values, half, values.length))
    };
  }

  @Override
  public @Nullable TreeNode removeRange(byte[] begin, byte[] end) {
    int from = rank(begin);
    int to = rank(end);
    if (from == to) {
      return this;
    }
    if (to - from == keys.length) {
      return null;
    }
    return new TreeLeaf(cut(keys, from, to), cut(values, from, to));
  }

  private static byte[][] cut(byte[][] array, int from, int to) {
    byte[][] shorter = Arrays.copyOf(array, array.length - (to - from));
    System.arraycopy(array, to, shorter, from, array.length - to);
    return shorter;
  }

  @Override
  public TreeNode[] join(TreeNode right) {
    TreeLeaf other = (TreeLeaf) right;
    return split(concat(keys, other.keys), concat(values, other.values));
  }

  private static byte[][] concat(byte[][] left, byte[][] right) {
    byte[][] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }

  @Override
  public boolean forward(int from, int to, Predicate<KeyValue> visitor) {
    for (int i = from; i < to; i++) {
      if (!visitor.test(new KeyValue(keys[i], values[i]))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean backward(int from, int to, Predicate<KeyValue> visitor) {
    for (int i = to - 1; i >= from; i--) {
      if (!visitor.test(new KeyValue(keys[i], values[i]))) {
        return false;
      }
    }
    return true;
  }
}
