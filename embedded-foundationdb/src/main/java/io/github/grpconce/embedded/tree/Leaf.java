package io.github.grpconce.embedded.tree;

import java.util.Arrays;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Neighbouring entries, in order. */
final class Leaf<V> implements Node<V> {
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
    return keys.lowerBound(key);
  }

  @Override
  public byte[] keyAt(int rank) {
    return keys.get(rank);
  }

  @Override
  public @Nullable V floor(byte[] key) {
    int at = keys.lowerBound(key);
    if (keys.isAt(at, key)) {
      return values[at];
    }
    return at == 0 ? null : values[at - 1];
  }

  @Override
  public long heaviest() {
    return heaviest;
  }

  @Override
  public boolean anyHeavier(int from, int to, long than, ToLongFunction<V> weight) {
    for (int i = from; i < to && heaviest > than; i++) {
      if (weight.applyAsLong(values[i]) > than) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Split<V> put(byte[] key, V value, long weight) {
    long newHeaviest = Math.max(heaviest, weight);
    int at = keys.lowerBound(key);
    if (keys.isAt(at, key)) {
      V[] changed = values.clone();
      changed[at] = value;
      return new Split<>(new Leaf<>(keys, changed, newHeaviest), null);
    }
    V[] more = Arrays.copyOf(values, values.length + 1);
    System.arraycopy(values, at, more, at + 1, values.length - at);
    more[at] = value;
    return split(keys.insert(at, key), more, newHeaviest);
  }

  private static <V> Split<V> split(KeyArray keys, V[] values, long heaviest) {
    int size = values.length;
    if (size <= MOST_PARTS) {
      return new Split<>(new Leaf<>(keys, values, heaviest), null);
    }
    int half = size / 2;
    return new Split<>(
        new Leaf<>(keys.slice(0, half), Arrays.copyOf(values, half), heaviest),
        new Leaf<>(keys.slice(half, size), Arrays.copyOfRange(values, half, size), heaviest));
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
  public Split<V> join(Node<V> right) {
    Leaf<V> other = (Leaf<V>) right;
    V[] both = Arrays.copyOf(values, values.length + other.values.length);
    System.arraycopy(other.values, 0, both, values.length, other.values.length);
    return split(keys.concat(other.keys), both, Math.max(heaviest, other.heaviest));
  }

  @Override
  public boolean forward(int from, int to, BiPredicate<byte[], V> visitor) {
    for (int i = from; i < to; i++) {
      if (!visitor.test(keys.get(i), values[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean backward(int from, int to, BiPredicate<byte[], V> visitor) {
    for (int i = to - 1; i >= from; i--) {
      if (!visitor.test(keys.get(i), values[i])) {
        return false;
      }
    }
    return true;
  }
}
