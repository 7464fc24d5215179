package io.github.grpconce.embedded.internal.tree;

import java.util.Arrays;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Neighbouring entries, in order. */
final class Leaf<V> implements Node<V> {
  /** Few, as each change of one entry copies the references to all. */
  private static final int MOST_ENTRIES = 32;

  private static final int FEWEST_ENTRIES = MOST_ENTRIES / 4;

  private final KeyArray keys;
  private final V[] values;
  private final long heaviest;

  private Leaf(KeyArray keys, V[] values, long heaviest) {
    this.keys = keys;
    this.values = values;
    this.heaviest = heaviest;
  }

  static <V> Leaf<V> of(byte[] key, V value, long weight) {
    return new Leaf<>(KeyArray.of(key), array(value), weight);
  }

  @SuppressWarnings("unchecked") // nobody but a leaf sees the array
  private static <V> V[] array(V value) {
    return (V[]) new Object[] {value};
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public int parts() {
    return values.length;
  }

  @Override
  public boolean isTooLarge() {
    return values.length > MOST_ENTRIES;
  }

  @Override
  public boolean isTooSmall() {
    return values.length < FEWEST_ENTRIES;
  }

  @Override
  public byte[] firstKey() {
    return keys.get(0);
  }

  @Override
  public @Nullable V get(byte[] key) {
    int index = keys.find(key);
    return index < 0 ? null : values[index];
  }

  @Override
  public int rank(byte[] key) {
    return keys.rank(key);
  }

  @Override
  public byte[] keyAt(int rank) {
    return keys.get(rank);
  }

  @Override
  public @Nullable V floor(byte[] key) {
    int at = keys.floor(key);
    return at < 0 ? null : values[at];
  }

  @Override
  public long heaviest() {
    return heaviest;
  }

  @Override
  public boolean anyHeavier(byte[] begin, byte[] end, long than, ToLongFunction<V> weight) {
    int to = rank(end);
    for (int i = rank(begin); i < to; i++) {
      if (weight.applyAsLong(values[i]) > than) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Node<V> put(byte[] key, V value, long weight) {
    long newHeaviest = Math.max(heaviest, weight);
    int found = keys.search(key);
    if (found >= 0) {
      V[] changed = values.clone();
      changed[found] = value;
      return new Leaf<>(keys, changed, newHeaviest);
    }
    int at = -1 - found;
    V[] more = Arrays.copyOf(values, values.length + 1);
    System.arraycopy(values, at, more, at + 1, values.length - at);
    more[at] = value;
    return new Leaf<>(keys.insert(at, key), more, newHeaviest);
  }

  @Override
  public @Nullable Node<V> removeRange(byte[] begin, byte[] end) {
    int from = rank(begin);
    int to = rank(end);
    if (from == to) {
      return this;
    }
    if (to - from == values.length) {
      return null;
    }
    V[] fewer = Arrays.copyOf(values, values.length - (to - from));
    System.arraycopy(values, to, fewer, from, values.length - to);
    return new Leaf<>(keys.cut(from, to), fewer, heaviest);
  }

  @Override
  public Node<V> join(Node<V> right) {
    Leaf<V> other = (Leaf<V>) right;
    V[] both = Arrays.copyOf(values, values.length + other.values.length);
    System.arraycopy(other.values, 0, both, values.length, other.values.length);
    return new Leaf<>(keys.concat(other.keys), both, Math.max(heaviest, other.heaviest));
  }

  @Override
  public Node<V> slice(int from, int to) {
    return new Leaf<>(keys.slice(from, to), Arrays.copyOfRange(values, from, to), heaviest);
  }

  @Override
  public boolean forward(byte[] begin, byte[] end, BiPredicate<byte[], V> visitor) {
    int to = rank(end);
    for (int i = rank(begin); i < to; i++) {
      if (!visitor.test(keys.get(i), values[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean backward(byte[] begin, byte[] end, BiPredicate<byte[], V> visitor) {
    int from = rank(begin);
    for (int i = rank(end) - 1; i >= from; i--) {
      if (!visitor.test(keys.get(i), values[i])) {
        return false;
      }
    }
    return true;
  }
}
